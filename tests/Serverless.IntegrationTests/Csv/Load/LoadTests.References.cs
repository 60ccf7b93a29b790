using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;

namespace Serverless.IntegrationTests.Csv.Load;

/// <summary>Foreign keys to tables of the database that records are loaded into.</summary>
public sealed partial class LoadTests
{
    private const string Orders = """
        {"fields":[{"name":"id","type":"integer"},{"name":"customer","type":"integer"},{"name":"day","type":"date"},{"name":"code"},
          {"name":"rate","type":"number","decimalChar":","},{"name":"paid","type":"boolean","trueValues":["yes"],"falseValues":["no"]}],
         "foreignKeys":[
          {"fields":"customer","reference":{"resource":"customers","fields":"id"}},
          {"fields":["day","code","rate","paid"],"reference":{"resource":"table:shop.Price \"list\"","fields":["on day","c","r","p"]}}]}
        """;

    [PostgresFact]
    public async Task ForeignKeys_ToTables_AreExact()
    {
        await _postgres.ExecuteAsync(""""
            CREATE SCHEMA shop;
            CREATE TABLE shop.customers (id bigint, name text);
            INSERT INTO shop.customers VALUES (7, 'Ann'), (8, 'Bob'), (NULL, 'nobody');
            CREATE TABLE shop."Price ""list""" ("on day" date, c char(4), r numeric(9,3), p boolean);
            INSERT INTO shop."Price ""list""" VALUES ('2024-02-29', 'a', 1.500, true), ('0044-03-15 BC', 'b', 2, false),
                ('infinity', 'b', 2, false), ('2024-03-01', 'b', 100, false), ('2024-03-02', NULL, 1, true);
            CREATE TABLE shop.orders (id bigint, customer bigint, day date, code text, rate numeric, paid boolean);
            """");
        string[] lines =
        [
            "1;7;2024-02-29;a;1,5;yes", "2;9;2024-02-29;a;1,5;yes", "3;008;2024-03-01;b;100,00;no", "4;;2024-03-01;b;100;no",
            "5;7;2024-03-01;b;100;yes", "6;7;0044-03-15;b;2;no", "7;7;2024-03-02;;1;yes", "8;8;2024-02-29;A;1,5;yes",
        ];
        var options = Options("shop.orders", Orders);
        options["references"] = new JsonObject { ["customers"] = "table:shop.customers" };
        options["chunkBytes"] = 40;
        await using var host = await StartAsync();

        var job = await host.RunAsync(
            "load/references.csv", Encoding.UTF8.GetBytes("id;customer;day;code;rate;paid\n" + string.Join('\n', lines) + "\n"), options);

        Assert.Equal((CsvJobState.Completed, null), (job.State, job.Error));
        Assert.Equal(["1", "3", "4", "7"], await _postgres.ReadAsync("SELECT id FROM shop.orders ORDER BY id"));
        var rejects = await host.ReadAsync(job, "rejects.csv");
        Assert.Equal(4, rejects.Split(",foreign-key,").Length - 1);
        Assert.Contains("expected a value that stands in id of customers, found \"\"9\"\"", rejects, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task ForeignKeys_ToALargeTable_AreWhatASetFinds()
    {
        await _postgres.ExecuteAsync("""
            CREATE TABLE parts (name text);
            INSERT INTO parts SELECT 'part number ' || lpad((3 * n)::text, 12, '0') FROM generate_series(1, 30000) n;
            CREATE TABLE uses (part text);
            """);
        var random = new Random(3);
        var rows = Enumerable.Range(0, 20_000).Select(_ => random.Next(1, 100_000)).ToList();
        var file = "part\n" + string.Concat(rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"part number {r:D12}\n")));
        var options = Options(
            "uses", """
            {"fields":[{"name":"part"}],"foreignKeys":[{"fields":"part","reference":{"resource":"table:parts","fields":"name"}}]}
            """);
        options["chunkBytes"] = 64 << 10;
        await using var host = await CsvHost.StartAsync(azurite, settings: new()
        {
            ["ConnectionStrings:postgres"] = _postgres.ConnectionString,
            ["Csv:KeysInMemory"] = "1000",
        });

        var job = await host.RunAsync("load/parts.csv", Encoding.UTF8.GetBytes(file), options);

        var expected = rows.Count(r => r % 3 == 0 && r <= 90_000);
        Assert.Equal((CsvJobState.Completed, expected, rows.Count - expected), (job.State, job.Accepted, job.Rejected));
        Assert.Equal([$"{expected}"], await _postgres.ReadAsync("SELECT count(*) FROM uses JOIN parts ON name = part"));
    }

    [PostgresFact]
    public async Task ForeignKeys_ToTablesThatDoNotFit_AreRefusedBeforeAnythingIsRead()
    {
        await _postgres.ExecuteAsync("CREATE TABLE countries (id date, name text); CREATE TABLE towns (id int, country text)");
        await using var host = await StartAsync();
        var file = "id,country\n1,SE\n"u8.ToArray();

        async Task<string> ErrorAsync(string resource, string fields, bool load = true)
        {
            var options = Options(
                "towns", $$"""
                {"fields":[{"name":"id","type":"integer"},{"name":"country"}],
                 "foreignKeys":[{"fields":["id","country"],"reference":{"resource":"{{resource}}","fields":{{fields}} } }]}
                """);
            if (!load) options.Remove("load");
            var job = await host.RunAsync("load/towns.csv", file, options);
            Assert.Equal(CsvJobState.Failed, job.State);
            return job.Error!;
        }

        Assert.Equal(
            "A foreign key cannot refer to table:countries: \"id\" is integer in the file and \"id\" date in the table; " +
            "the table has no column \"code\".",
            await ErrorAsync("table:countries", """["id","code"]"""));
        Assert.Equal(
            "There is no table nowhere, which a foreign key refers to.", await ErrorAsync("table:nowhere", """["id","name"]"""));
        Assert.Contains("which is no table's name", await ErrorAsync("table:a.b.c", """["id","name"]"""), StringComparison.Ordinal);
        Assert.Contains(
            "needs the option load", await ErrorAsync("table:countries", """["id","name"]""", load: false), StringComparison.Ordinal);
    }
}
