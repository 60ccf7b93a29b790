using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Serverless.TestSupport;

/// <summary>A PostgreSQL of its own, on a free port of the loopback interface, gone with the tests.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Root = "/usr/lib/postgresql";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private Process? _server;

    /// <summary>The reason that there can be none here; null where there can.</summary>
    public static string? Absent { get; } = Bin is null
        ? "There is no PostgreSQL on this machine (Debian: apt-get install postgresql)." : null;

    public string ConnectionString { get; private set; } = "";

    /// <summary>The time that its processes, those that ended too, were at work.</summary>
    public TimeSpan ProcessorTime => ProcessTree.ProcessorTime(_server!.Id);

    public NpgsqlDataSource Database { get; private set; } = null!;

    private static string? Bin => Directory.Exists(Root)
        ? Directory.GetDirectories(Root).Order(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin"))
            .LastOrDefault(d => File.Exists(Path.Combine(d, "initdb")))
        : null;

    public async Task InitializeAsync()
    {
        if (Absent is not null) return;
        if (OwnerIsNeeded) await RunAsync("chown", "postgres", _folder.Path);
        var data = Path.Combine(_folder.Path, "data");
        await RunAsync(
            [.. AsOwner(), Path.Combine(Bin!, "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"]);
        var port = FreePort();
        _server = Start([
            .. AsOwner(), Path.Combine(Bin!, "postgres"), "-D", data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=", "-c", "fsync=off",
        ]);
        ConnectionString = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";
        Database = NpgsqlDataSource.Create(ConnectionString);
        await WaitAsync();
    }

    public async Task DisposeAsync()
    {
        if (Database is not null) await Database.DisposeAsync();
        if (_server is not null)
        {
            _server.Kill(entireProcessTree: true);
            await _server.WaitForExitAsync();
            _server.Dispose();
        }

        _folder.Dispose();
    }

    /// <summary>Makes a database of which nobody else knows.</summary>
    public async Task<PostgresDatabase> CreateDatabaseAsync()
    {
        var name = $"test_{Guid.NewGuid():N}";
        await using var create = Database.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync();
        return new PostgresDatabase(new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString);
    }

    // The server refuses to be run by root.
    private static bool OwnerIsNeeded => Environment.UserName == "root";

    private static string[] AsOwner() => OwnerIsNeeded ? ["runuser", "-u", "postgres", "--"] : [];

    private async Task WaitAsync()
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var ask = Database.CreateCommand("SELECT 1");
                await ask.ExecuteScalarAsync();
                return;
            }
            catch (NpgsqlException) when (watch.Elapsed < Patience && !_server!.HasExited)
            {
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}.");
    }

    private static Process Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
