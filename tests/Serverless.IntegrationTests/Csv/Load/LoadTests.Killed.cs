using System.Text;
using Microsoft.Extensions.Configuration;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Load;
using Serverless.IntegrationTests.Csv.Mending;

namespace Serverless.IntegrationTests.Csv.Load;

/// <summary>Jobs whose process dies at each of their writes load each record once; and tables whose keys are no constraints.</summary>
public sealed partial class LoadTests
{
    [PostgresFact]
    public async Task Load_KilledAtEveryWrite_LoadsEachRecordOnce()
    {
        await _postgres.ExecuteAsync("CREATE TABLE load_killed (id int, v text CHECK (v <> 'bad'))");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [KeyValuePair.Create<string, string?>("ConnectionStrings:postgres", _postgres.ConnectionString)]).Build();
        await using var connections = new LoadConnections(configuration);
        var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 16)
        {
            Load = new LoadOptions("postgres", "load_killed", LoadMode.Append, [], Create: false),
        };
        var file = "id,v\n1,a\nx,b\n3,c\n4,bad\n5,e\n"u8.ToArray();
        var kills = 0;
        foreach (var arrives in (bool[])[false, true])
        {
            for (var write = 1; ; write++, kills++)
            {
                await _postgres.ExecuteAsync("DELETE FROM load_killed");
                var writer = new DyingWriter(write, arrives);
                var pipeline = new Jobs.CsvPipeline(azurite, connections: connections) { Dead = writer };

                var outputs = await pipeline.RunAsync(file, "load/killed-job.csv", options, Integers);

                Assert.Equal(["1|a", "3|c", "5|e"], await _postgres.ReadAsync("SELECT * FROM load_killed ORDER BY id"));
                Assert.Equal("id,v\n1,a\n3,c\n5,e\n", Encoding.UTF8.GetString(outputs["clean.csv"]));
                Assert.Equal(3, Encoding.UTF8.GetString(outputs["rejects.csv"]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
                if (!writer.HasDied) break;
            }
        }

        Assert.True(kills > 30, $"{kills} kills");
        Assert.Empty(await Leftovers());
    }

    [PostgresFact]
    public async Task Load_IntoATableWhoseIndexIncludesAColumn_RefusesWhatRepeatsItsKey()
    {
        await _postgres.ExecuteAsync(
            "CREATE TABLE including (id int NOT NULL, v text); CREATE UNIQUE INDEX including_id ON including (id) INCLUDE (v)");
        await using var host = await StartAsync();

        var job = await host.RunAsync(
            "load/including.csv", "id,v\n1,a\n1,b\n2,c\n"u8.ToArray(), Options("including", Integers));
        var upserted = await host.RunAsync(
            "load/including-upsert.csv", "id,v\n2,d\n"u8.ToArray(), Options("including", Integers, "upsert", "id"));

        Assert.Equal((null, 2L, 1L), (job.Error, job.Accepted, job.Rejected));
        Assert.Equal((null, 1L), (upserted.Error, upserted.Accepted));
        Assert.Equal(["1|a", "2|d"], await _postgres.ReadAsync("SELECT * FROM including ORDER BY id"));
    }
}
