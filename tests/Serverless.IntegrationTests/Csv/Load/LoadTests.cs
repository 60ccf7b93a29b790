using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Load;

/// <summary>Accepted records go into a real PostgreSQL: all or none, once, and what the table refuses is rejected alone.</summary>
[Collection(AzuriteTests.Name)]
public sealed partial class LoadTests(AzuriteFixture azurite, PostgresServer server) : IClassFixture<PostgresServer>, IAsyncLifetime
{
    private const string Integers = """{"fields":[{"name":"id","type":"integer"},{"name":"v","type":"string"}]}""";

    // Each test has its own: what another's job still has to do is seen by none.
    private PostgresDatabase _postgres = null!;
    private CsvHost? _host;

    public async Task InitializeAsync() => _postgres = await server.CreateDatabaseAsync();

    public async Task DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [PostgresFact]
    public async Task Load_EveryType_ComesBackAsItStoodInTheFile()
    {
        const string schema = """
            {"fields":[{"name":"i","type":"integer"},{"name":"n","type":"number"},{"name":"b","type":"boolean"},{"name":"d","type":"date"},
            {"name":"t","type":"time"},{"name":"dt","type":"datetime"},{"name":"y","type":"year"},{"name":"s","type":"string"}]}
            """;
        const string file = """
            i,n,b,d,t,dt,y,s
            1,1.50,true,2024-02-29,12:30:00,2024-01-02T03:04:05.123456Z,1999,"a ""b"", ç 🙂"
            -9223372036854775808,-0.0001234,false,0001-01-01,23:59:59.999999,1900-12-31T23:59:59Z,2024,
            ,123456789012345678901234567890.00012345,,9999-12-31,00:00:00,1970-01-01T00:00:00Z,0001,"two
            lines"
            7,1e20,true,1900-03-01,01:02:03,2000-02-29T12:00:00Z,1970,=1+1
            8,NaN,true,1600-02-29,01:02:03,2000-02-29T12:00:00Z,1970,x
            9223372036854775808,1,true,1600-02-29,01:02:03,2000-02-29T12:00:00Z,1970,too large
            10,1,true,1600-02-29,01:02:03.1234567,2000-02-29T12:00:00Z,1970,too fine

            """;
        await using var host = await StartAsync();

        var job = await host.RunAsync("load/types.csv", Encoding.UTF8.GetBytes(file), Options("types", schema, "append", create: true));

        Assert.Equal((CsvJobState.Completed, 5, 2), (job.State, job.Accepted, job.Rejected));
        Assert.Equal(
            [
                "1|1.50|t|2024-02-29|12:30:00|2024-01-02 03:04:05.123456+00|1999|a \"b\", ç 🙂",
                "-9223372036854775808|-0.0001234|f|0001-01-01|23:59:59.999999|1900-12-31 23:59:59+00|2024|~",
                "~|123456789012345678901234567890.00012345|~|9999-12-31|00:00:00|1970-01-01 00:00:00+00|1|two\nlines",
                "7|100000000000000000000|t|1900-03-01|01:02:03|2000-02-29 12:00:00+00|1970|=1+1",
                "8|NaN|t|1600-02-29|01:02:03|2000-02-29 12:00:00+00|1970|x",
            ],
            await _postgres.ReadAsync("SET TIME ZONE 'UTC'; SELECT * FROM types"));
        Assert.Contains("6,8,i,database-constraint", await host.ReadAsync(job, "rejects.csv"), StringComparison.Ordinal);
        Assert.Contains("public.types", await host.ReadAsync(job, "summary.json"), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Load_NumbersOfAllSizes_AreTheSameDigits()
    {
        const string schema = """{"fields":[{"name":"n","type":"number"},{"name":"s","type":"string"}]}""";
        var random = new Random(7);
        var numbers = Enumerable.Range(0, 3_000).Select(_ => Number(random)).ToList();
        await using var host = await StartAsync();

        await host.RunAsync(
            "load/numbers.csv", Encoding.UTF8.GetBytes("n,s\n" + string.Concat(numbers.Select(n => $"{n},{n}\n"))),
            Options("numbers", schema, create: true));

        Assert.Equal(["3000|~"], await _postgres.ReadAsync("SELECT count(*), min(s) FILTER (WHERE n::text <> s) FROM numbers"));
    }

    [PostgresFact]
    public async Task Load_RowsThatTheTableRefuses_AreRejectedWithoutTheirNeighbours()
    {
        await _postgres.ExecuteAsync("""
            CREATE TABLE customers (id int PRIMARY KEY); INSERT INTO customers VALUES (1), (2);
            CREATE TABLE strict (id int PRIMARY KEY, customer int NOT NULL REFERENCES customers, code varchar(3),
                price numeric(6,2) CHECK (price > 0), key uuid UNIQUE);
            INSERT INTO strict VALUES (100, 1, 'old', 1, NULL);
            """);
        const string schema = """
            {"fields":[{"name":"id","type":"integer"},{"name":"customer","type":"integer"},{"name":"code"},{"name":"price","type":"number"},
            {"name":"key"}]}
            """;
        string[] lines =
        [
            "1,1,abc,1.5,6f1c1a3e-0000-4000-8000-000000000001", "100,1,abc,1,", "2,3,abc,1,", "3,,abc,1,", "4,1,abcd,1,", "5,1,abc,1.555,",
            "6,1,abc,123456,", "7,1,abc,-1,", "8,1,abc,1,none", "9,1,abc,1,6f1c1a3e-0000-4000-8000-000000000001", "2147483648,1,abc,1,",
            "1,2,xyz,1,", "12,2,ok,9999.99,",
        ];
        await using var host = await StartAsync();

        var job = await host.RunAsync(
            "load/strict.csv", Encoding.UTF8.GetBytes("id,customer,code,price,key\n" + string.Join('\n', lines) + "\n"),
            Options("strict", schema));

        Assert.Equal((CsvJobState.Completed, 2, 11), (job.State, job.Accepted, job.Rejected));
        Assert.Equal(["1", "12", "100"], await _postgres.ReadAsync("SELECT id FROM strict ORDER BY id"));
        Assert.Equal(11, (await host.ReadAsync(job, "rejects.csv")).Split("database-constraint").Length - 1);
        Assert.Equal(
            "id,customer,code,price,key\n1,1,abc,1.5,6f1c1a3e-0000-4000-8000-000000000001\n12,2,ok,9999.99,\n",
            await host.ReadAsync(job, "clean.csv"));
        Assert.Empty(await Leftovers());
    }

    [PostgresFact]
    public async Task Load_Modes_KeepReplaceOrOverwriteWhatIsThere()
    {
        await _postgres.ExecuteAsync("CREATE TABLE modes (id int PRIMARY KEY, v text); INSERT INTO modes VALUES (1, 'old'), (9, 'old')");
        await using var host = await StartAsync();

        await host.RunAsync("load/upsert.csv", "id,v\n1,new\n2,a\n2,b\n"u8.ToArray(), Options("modes", Integers, "upsert", key: "id"));
        Assert.Equal(["1|new", "2|b", "9|old"], await _postgres.ReadAsync("SELECT * FROM modes ORDER BY id"));

        await host.RunAsync("load/replace.csv", "id,v\n3,c\n"u8.ToArray(), Options("modes", Integers, "replace"));
        Assert.Equal(["3|c"], await _postgres.ReadAsync("SELECT * FROM modes"));

        // The same request again is the same job, which is done.
        var request = Options("modes", Integers);
        request["blob"] = "incoming/load/append.csv";
        var first = await host.RunAsync("load/append.csv", "id,v\n4,d\n"u8.ToArray(), request);
        Assert.Equal(first.Id, await host.StartJobAsync(request.DeepClone().AsObject()));
        Assert.Equal(["3|c", "4|d"], await _postgres.ReadAsync("SELECT * FROM modes ORDER BY id"));
    }

    [PostgresFact]
    public async Task Load_KeyNamedInTheSchema_RejectsWhatRepeatsItInAnotherRange()
    {
        await _postgres.ExecuteAsync("CREATE TABLE named (id int PRIMARY KEY, v text)");
        var file = "id,v\n" + string.Concat(Enumerable.Range(0, 2_000).Select(i => $"{i % 1_999},some text\n"));
        var options = Options("named", Integers.Replace("]}", "],\"primaryKey\":[\"id\"]}", StringComparison.Ordinal));
        options["chunkBytes"] = 4096;
        await using var host = await StartAsync();

        var job = await host.RunAsync("load/named.csv", Encoding.UTF8.GetBytes(file), options);

        Assert.Equal((CsvJobState.Completed, 1_999, 1), (job.State, job.Accepted, job.Rejected));
        Assert.Equal(["1999|1997001"], await _postgres.ReadAsync("SELECT count(*), sum(id) FROM named"));
    }

    [PostgresFact]
    public async Task Load_RangeGivenUpAfterItWasLoaded_IsSplitAndLoadedOnce()
    {
        await _postgres.ExecuteAsync("CREATE TABLE split (id int PRIMARY KEY CHECK (id % 500 <> 7), v text)");
        var file = "id,v\n" + string.Concat(Enumerable.Range(0, 2_000).Select(i => $"{i},some text\n"));
        var options = Options("split", Integers);
        options["chunkBytes"] = 8192;
        var givenUp = 0;
        var hook = new UploadHook(azurite.ConnectionString, path =>
        {
            if (UploadHook.IsStatistics(path) && Interlocked.Increment(ref givenUp) <= 2) throw new TimeoutException("Too slow.");
        });
        await using var host = await StartAsync(hook.Register);

        var job = await host.RunAsync("load/split.csv", Encoding.UTF8.GetBytes(file), options);

        Assert.Equal((CsvJobState.Completed, null, 1_996), (job.State, job.Error, job.Accepted));
        Assert.Equal(["1996|1995972"], await _postgres.ReadAsync("SELECT count(*), sum(id) FROM split"));
        Assert.Empty(await Leftovers());
    }

    [PostgresFact]
    public async Task Load_ChecksThatTakeLong_AreWaitedFor()
    {
        await _postgres.ExecuteAsync("""
            CREATE FUNCTION slow(v bigint) RETURNS boolean LANGUAGE sql AS 'SELECT pg_sleep(3) IS NOT NULL';
            CREATE TABLE patient (id int CHECK (slow(id)), v text);
            """);
        await using var host = await StartAsync(connection: _postgres.ConnectionString + ";Command Timeout=1");

        var job = await host.RunAsync("load/patient.csv", "id,v\n1,a\n"u8.ToArray(), Options("patient", Integers));

        Assert.Equal((CsvJobState.Completed, null), (job.State, job.Error));
        Assert.Equal(["1|a"], await _postgres.ReadAsync("SELECT * FROM patient"));
    }

    [PostgresFact]
    public async Task Load_WhatDoesNotFit_IsRefusedBeforeAnythingIsRead()
    {
        await _postgres.ExecuteAsync("CREATE TABLE other (id date, extra int NOT NULL)");
        await using var host = await StartAsync();
        var file = "id,v\n1,a\n"u8.ToArray();

        var missing = await host.RunAsync("load/refused.csv", file, Options("nowhere", Integers));
        Assert.Contains("There is no table nowhere", missing.Error, StringComparison.Ordinal);

        var other = await host.RunAsync("load/refused.csv", file, Options("other", Integers));
        Assert.Contains("\"id\" is integer in the file and date in the table", other.Error, StringComparison.Ordinal);
        Assert.Contains("the table has no column \"v\"", other.Error, StringComparison.Ordinal);
        Assert.Contains("the file has no column \"extra\"", other.Error, StringComparison.Ordinal);

        var options = Options("other", Integers);
        options["load"]!["connection"] = "none";
        var unknown = await host.RunAsync("load/refused.csv", file, options);
        Assert.Contains("ConnectionStrings__none", unknown.Error, StringComparison.Ordinal);
    }

    private static string Number(Random random)
    {
        var whole = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(4) == 0 ? 0 : random.Next(10)))
            .TrimStart('0');
        var decimals = string.Concat(Enumerable.Range(0, random.Next(0, 30)).Select(_ => random.Next(3) == 0 ? random.Next(10) : 0));
        var number = (whole.Length == 0 ? "0" : whole) + (decimals.Length == 0 ? "" : "." + decimals);
        return random.Next(2) == 0 && number.Any(c => c is >= '1' and <= '9') ? "-" + number : number;
    }

    private Task<CsvHost> StartAsync(Action<IServiceCollection>? overrides = null, string? connection = null) => CsvHost.StartAsync(
        azurite, overrides: overrides, settings: new() { ["ConnectionStrings:postgres"] = connection ?? _postgres.ConnectionString });

    private Task<List<string>> Leftovers() =>
        _postgres.ReadAsync("SELECT tablename FROM pg_tables WHERE tablename LIKE 'serverless\\_%' AND tablename <> 'serverless_loads'");

    private static JsonObject Options(string table, string schema, string mode = "append", string? key = null, bool create = false)
    {
        var load = new JsonObject
        {
            ["to"] = "postgres",
            ["connection"] = "postgres",
            ["table"] = table,
            ["mode"] = mode,
            ["create"] = create,
        };
        if (key is not null) load["key"] = new JsonArray(key);
        return new JsonObject { ["schema"] = JsonNode.Parse(schema), ["load"] = load };
    }
}
