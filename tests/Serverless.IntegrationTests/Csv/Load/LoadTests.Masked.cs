using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Load;

/// <summary>Values that nobody may see come masked into the table, too, and into no message of it.</summary>
public sealed partial class LoadTests
{
    private const string Masked = """
        {"fields":[{"name":"id","type":"integer"},{"name":"mail","x-clean":["lower","hash"]},
        {"name":"born","type":"date","x-clean":["mask"]}]}
        """;

    [PostgresFact]
    public async Task Load_MaskedColumns_HaveWhatTheOutputHas()
    {
        await using var host = await StartMaskedAsync();
        var file = "id,mail,born\n1,Secret@a.se,1971-01-01\n2,,\n3,secret@a.se,1972-02-02\n"u8.ToArray();

        var job = await host.RunAsync("load/masked.csv", file, Options("masked", Masked, create: true));

        Assert.Equal((CsvJobState.Completed, 3), (job.State, job.Accepted));
        var rows = await _postgres.ReadAsync("SELECT id, coalesce(mail, ''), coalesce(born, '') FROM masked ORDER BY id");
        var clean = (await host.ReadAsync(job, "clean.csv")).Split('\n')[1..^1];
        Assert.Equal(clean.Select(l => l.Replace(',', '|')), rows);
        Assert.Equal(rows[0].Split('|')[1], rows[2].Split('|')[1]);
        Assert.Matches("^1\\|[0-9a-f]{32}\\|\\*{3}$", rows[0]);
        Assert.Equal("2||", rows[1]);
    }

    [PostgresFact]
    public async Task Load_MaskedColumns_AreKeysOfAnUpsert_AndStandInNoRefusal()
    {
        await _postgres.ExecuteAsync("CREATE TABLE masked_keys (id bigint CHECK (id < 100), mail text PRIMARY KEY, born varchar(3))");
        await using var host = await StartMaskedAsync();

        await host.RunAsync("load/masked-1.csv", "id,mail,born\n1,secret@a.se,\n"u8.ToArray(), Upsert());
        var job = await host.RunAsync(
            "load/masked-2.csv", "id,mail,born\n2,SECRET@a.se,1971-01-01\n100,secret@b.se,1971-01-01\n3,,1971-01-01\n"u8.ToArray(),
            Upsert());

        Assert.Equal((CsvJobState.Completed, 1, 2), (job.State, job.Accepted, job.Rejected));
        Assert.Equal(["2|***"], await _postgres.ReadAsync("SELECT id, born FROM masked_keys"));
        var rejects = await host.ReadAsync(job, "rejects.csv");
        Assert.Contains("database-constraint", rejects, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", rejects, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("1971", rejects, StringComparison.Ordinal);

        static JsonObject Upsert() => Options("masked_keys", Masked, "upsert", key: "mail");
    }

    private Task<CsvHost> StartMaskedAsync(CollectedLogs? logs = null) => CsvHost.StartAsync(
        azurite, overrides: services =>
        {
            if (logs is not null) services.AddSingleton<ILoggerProvider>(logs);
        },
        settings: new()
        {
            ["ConnectionStrings:postgres"] = _postgres.ConnectionString,
            ["Csv:MaskKeys:default"] = "some random characters, and more",
        });
}
