using System.Collections.Concurrent;
using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>The databases that the app's settings name. Requests name a connection string and never bring one.</summary>
internal sealed class LoadConnections(IConfiguration configuration) : IAsyncDisposable
{
    // https://learn.microsoft.com/azure/postgresql/flexible-server/security-entra-configure: the resource that tokens are asked for.
    private const string TokenScope = "https://ossrdbms-aad.database.windows.net/.default";
    private const string AzureHosts = ".postgres.database.azure.com";
    private const int NoLimit = 0;
    private const int KeepAliveSeconds = 30;
    private static readonly TimeSpan TokenRefresh = TimeSpan.FromMinutes(45);
    private static readonly TimeSpan TokenRetry = TimeSpan.FromSeconds(10);

    // Asked only where a connection has no password.
    private readonly Lazy<TokenCredential> _credential = new(() => new DefaultAzureCredential());
    private readonly ConcurrentDictionary<string, NpgsqlDataSource> _opened = new(StringComparer.Ordinal);

    /// <summary>The database of a connection string.</summary>
    /// <exception cref="CsvJobException">There is no such setting, or it is none.</exception>
    public NpgsqlDataSource Open(string name) => _opened.GetOrAdd(name, Create);

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _opened.Values) await database.DisposeAsync();
    }

    private NpgsqlDataSource Create(string name)
    {
        var text = configuration.GetConnectionString(name);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new CsvJobException(
                $"There is no connection string \"{name}\" for the load: it belongs into the setting ConnectionStrings__{name}.");
        }

        try
        {
            var builder = new NpgsqlDataSourceBuilder(text);
            var settings = builder.ConnectionStringBuilder;

            // Statements take as long as their rows need: what ends them is the range's time limit, the job's end, or a dead connection.
            settings.CommandTimeout = NoLimit;
            settings.TcpKeepAlive = true;
            settings.TcpKeepAliveTime = settings.TcpKeepAliveInterval = KeepAliveSeconds;
            if (string.IsNullOrEmpty(settings.Password) && settings.Host?.EndsWith(AzureHosts, StringComparison.OrdinalIgnoreCase) == true)
            {
                builder.UsePeriodicPasswordProvider(
                    async (_, token) => (await _credential.Value.GetTokenAsync(new TokenRequestContext([TokenScope]), token)).Token,
                    TokenRefresh, TokenRetry);
            }

            return builder.Build();
        }
        catch (ArgumentException e)
        {
            // Its own message may quote the text, and with it a password.
            throw new CsvJobException($"The setting ConnectionStrings__{name} is no connection string for PostgreSQL.", e);
        }
    }
}
