namespace Serverless.Local.CommandLine;

/// <summary>Checks of files and folders that a command makes before any work is done.</summary>
internal static class FileChecks
{
    /// <summary>Refuses what is no file, or one that may not be read.</summary>
    public static void RequireReadable(Arguments arguments, string path)
    {
        if (Directory.Exists(path))
        {
            var package = Path.Combine(path, "datapackage.json");
            arguments.Refuse(
                File.Exists(package)
                    ? $"{path} is a folder. Give a file in it, such as {package}." : $"{path} is a folder. Give a file in it.");
            return;
        }

        if (!File.Exists(path))
        {
            arguments.Refuse($"There is no file {path}.");
            return;
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            arguments.Refuse($"{path} cannot be read: {Reason(fault)}");
        }
    }

    /// <summary>Refuses a folder in which nothing can be written, or which cannot be made; nothing is left of the try.</summary>
    public static void RequireWritable(Arguments arguments, string folder, string option)
    {
        try
        {
            var existing = Path.GetFullPath(folder);
            while (!Directory.Exists(existing))
            {
                if (File.Exists(existing)) throw new DirectoryNotFoundException();
                existing = Path.GetDirectoryName(existing) ?? throw new DirectoryNotFoundException();
            }

            using var probe = new FileStream(
                Path.Combine(
                    existing, $".{Guid.NewGuid():N}.part"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1,
                    FileOptions.DeleteOnClose);
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            arguments.Refuse($"Nothing can be written to {folder}: {Reason(fault)} Give another folder with {option} DIR.");
        }
    }

    private static string Reason(Exception fault) => fault switch
    {
        UnauthorizedAccessException => "permission denied.",
        FileNotFoundException or DirectoryNotFoundException => "no folder can be made there.",
        _ => fault.Message,
    };
}
