using System.Text.Json;
using Serverless.Local.ServiceBus;

namespace Serverless.Local.Jobs;

/// <summary>The address of the host that holds a data folder, for other processes of the same user.</summary>
internal sealed class HostAddress : IDisposable
{
    private readonly string _file;

    private HostAddress(string file) => _file = file;

    /// <param name="folder">The data folder.</param>
    /// <param name="address">Where the host answers.</param>
    /// <param name="bus">Its broker, if it has one of its own.</param>
    /// <param name="storage">The connection string of its emulator; null when the settings name an account.</param>
    public static HostAddress Write(string folder, Uri address, LocalServiceBus? bus = null, string? storage = null)
    {
        var file = FileIn(folder);

        // Whoever looks meanwhile finds all of it or nothing.
        var part = $"{file}.part";
        File.WriteAllText(part, JsonSerializer.Serialize(new Content(
            address, Environment.ProcessId, bus?.ConnectionString, bus?.AdministrationConnectionString, storage)));
        File.Move(part, file, overwrite: true);
        return new HostAddress(file);
    }

    /// <summary>Null when no host has said where it is.</summary>
    public static Uri? Find(string folder) => Read(folder)?.Address;

    /// <summary>Null when no host has said where it is.</summary>
    public static Content? Read(string folder) =>
        File.Exists(FileIn(folder)) ? JsonSerializer.Deserialize<Content>(File.ReadAllText(FileIn(folder))) : null;

    public void Dispose() => File.Delete(_file);

    private static string FileIn(string folder) => Path.Combine(folder, "address.json");

    /// <summary>The content of the file.</summary>
    /// <param name="Address">Where the host answers.</param>
    /// <param name="ProcessId">Its process.</param>
    /// <param name="ServiceBus">The connection string of its broker; null when it uses somebody else's.</param>
    /// <param name="ServiceBusAdministration">That of the broker's administration.</param>
    /// <param name="Storage">The connection string of its emulator; null when the settings name an account.</param>
    internal sealed record Content(
        Uri Address, int ProcessId, string? ServiceBus, string? ServiceBusAdministration, string? Storage);
}
