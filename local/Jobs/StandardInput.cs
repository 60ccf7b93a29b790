namespace Serverless.Local.Jobs;

/// <summary>The input stream, kept as a file for as long as it is worked on: a job reads its parts side by side.</summary>
internal sealed class StandardInput : IDisposable
{
    /// <summary>The name of it among a command's arguments.</summary>
    public const string Name = "-";

    private readonly DirectoryInfo _folder;

    private StandardInput(DirectoryInfo folder) => _folder = folder;

    /// <summary>The file; its name says where it came from.</summary>
    public string File => Path.Combine(_folder.FullName, "stdin.csv");

    public static async Task<StandardInput> KeepAsync(CancellationToken cancellationToken)
    {
        var kept = new StandardInput(Directory.CreateTempSubdirectory("serverless-"));
        try
        {
            await using var input = Console.OpenStandardInput();
            await using var file = System.IO.File.Create(kept.File);
            await input.CopyToAsync(file, cancellationToken);
            return kept;
        }
        catch
        {
            kept.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
