using System.Text.Json;

namespace Serverless.Local.Jobs;

/// <summary>Where the host that holds a data folder answers, for other processes of the same user.</summary>
internal sealed class HostAddress : IDisposable
{
    private readonly string _file;

    private HostAddress(string file) => _file = file;

    public static HostAddress Write(string folder, Uri address)
    {
        var file = FileIn(folder);

        // Whoever looks meanwhile finds all of it or nothing.
        var part = $"{file}.part";
        File.WriteAllText(part, JsonSerializer.Serialize(new Content(address, Environment.ProcessId)));
        File.Move(part, file, overwrite: true);
        return new HostAddress(file);
    }

    /// <summary>Null when no host has said where it is.</summary>
    public static Uri? Find(string folder) =>
        File.Exists(FileIn(folder)) ? JsonSerializer.Deserialize<Content>(File.ReadAllText(FileIn(folder)))?.Address : null;

    public void Dispose() => File.Delete(_file);

    private static string FileIn(string folder) => Path.Combine(folder, "address.json");

    private sealed record Content(Uri Address, int ProcessId);
}
