using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.TestSupport.Csv;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>Files whose schema nobody gave, and numbers that no double holds, from the upload to the outputs.</summary>
[Collection(AzuriteTests.Name)]
public sealed class InferenceCaseTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private CsvHost _host = null!;

    public async Task InitializeAsync() => _host = await CsvHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("dates-day-first", "id:integer:default,d:date:%d/%m/%Y", 0)]
    [InlineData("dates-month-first", "id:integer:default,d:date:%m/%d/%y", 0)]
    [InlineData("dates-ambiguous", "id:integer:default,d:string:default", 0)]
    [InlineData("integers-then-decimals", "id:integer:default,price:number:default", 0)]
    [InlineData("null-words", "id:integer:default,x:integer:default", 0)]
    [InlineData("one-percent-dirty", "id:integer:default,qty:integer:default,when:date:default", 45)]
    public async Task Case_WithoutSchema_IsInferred(string name, string expected, long rejected)
    {
        var status = await Cases.RunAsync(_host, name);

        Assert.Equal((CsvJobState.Completed, rejected), (status.State, status.Rejected));
        var schema = Cleaned.Schema(await _host.ReadAsync(status, "schema.json"));
        Assert.Equal(expected, string.Join(',', schema.Fields.Select(f => $"{f.Name}:{FieldTypes.Format(f.Type)}:{f.Format}")));
        Assert.Contains("Inferred schema", await _host.ReadAsync(status, "report.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Case_BankGerman_IsReadByItsNotation()
    {
        var status = await Cases.RunAsync(_host, "bank-german");

        Assert.Equal((CsvJobState.Completed, 0L), (status.State, status.Rejected));
        var fields = Cleaned.Schema(await _host.ReadAsync(status, "schema.json")).Fields;
        var expected = Cleaned.Schema(await File.ReadAllTextAsync(Cases.PathOf("bank-german", "expected.schema.json"))).Fields;
        Assert.Equal(
            expected.Select(f => (f.Name, f.Type, f.Format, f.DecimalChar, f.GroupChar)), fields.Select(
                f => (f.Name, f.Type, f.Format, f.DecimalChar, f.GroupChar)));
        Assert.StartsWith(
            "2025-01-01,2025-01-01,Müller & Söhne,\"Rechnung \"\"0\"\"; danke\",-795.55,EUR,9204.45\n",
            (await _host.ReadAsync(status, "clean.csv")).Split('\n', 2)[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Case_Money_HasUnitsAndGroups()
    {
        var status = await Cases.RunAsync(_host, "money");

        Assert.Equal((CsvJobState.Completed, 0L), (status.State, status.Rejected));
        var fields = Cleaned.Schema(await _host.ReadAsync(status, "schema.json")).Fields;
        Assert.Equal(["", ",", ",", "", "", "'", ""], fields.Select(f => f.GroupChar));
        Assert.Equal([null, null, "$", "€", "%", null, null], fields.Select(f => f.Unit));
        Assert.Equal(FieldType.String, fields[6].Type);
        Assert.StartsWith(
            "1,1234.50,1234.50,1.50,1,1000.50,(1.00)\n", (await _host.ReadAsync(status, "clean.csv")).Split(
                '\n', 3)[2], StringComparison.Ordinal);
        var summary = JobSummary.FromJson(Encoding.UTF8.GetBytes(await _host.ReadAsync(status, "summary.json")));
        Assert.StartsWith("numbers in brackets", summary.Inference!.Columns[6].Remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv", 2)]
    [InlineData("jsonl", 2)]
    [InlineData("parquet", 1)]
    public async Task Case_NumberBeyondADouble_DoesNotFailTheJob(string output, long accepted)
    {
        var status = await Cases.RunAsync(_host, "number-1e309", new JsonObject { ["output"] = output });

        Assert.Equal((CsvJobState.Completed, accepted, null), (status.State, status.Accepted, status.Error));
        using var summary = JsonDocument.Parse(await _host.ReadAsync(status, "summary.json"));
        Assert.Equal(output == "parquet", summary.RootElement.GetProperty("columns")[1].TryGetProperty("mean", out _));
    }

    [Fact]
    public async Task Job_LeadingZeroThatTheSampleDidNotShow_IsRejectedAndTheSchemaGivenBackDoesTheSame()
    {
        // The last records lie in no spot.
        var text = new StringBuilder("id,phone\n");
        for (var i = 0; i < 100_000; i++) text.Append(CultureInfo.InvariantCulture, $"{i},{700_000_000 + i}\n");
        text.Insert(text.Length / 3, "\n1,0701234567\n");
        var file = Encoding.ASCII.GetBytes(text.ToString());

        var status = await _host.RunAsync("infer/phones.csv", file);
        var schema = await _host.ReadAsync(status, "schema.json");
        var again = await _host.RunAsync("infer/again.csv", file, new JsonObject { ["schema"] = JsonNode.Parse(schema) });

        foreach (var job in new[] { status, again })
        {
            Assert.Contains("0701234567", await _host.ReadAsync(job, "rejects.csv"), StringComparison.Ordinal);
            Assert.DoesNotContain(",701234567\n", await _host.ReadAsync(job, "clean.csv"), StringComparison.Ordinal);
        }

        Assert.Equal(schema, await _host.ReadAsync(again, "schema.json"));
    }

    [Theory]
    [InlineData("", "The file is empty")]
    [InlineData("id,name\n", "The file has no records")]
    [InlineData("name,town\nAnn,Rome\nBob,Oslo\n", "All 2 columns are text")]
    [InlineData("a,b\n1\n2\n3\n4,5\n", "3 of 4 records were rejected, 3 of them with missing-cell")]
    public async Task Job_ThatHardlyDidAnything_EndsWithAWarning(string text, string warning)
    {
        var status = await _host.RunAsync(
            $"infer/{Guid.NewGuid():N}.csv", Encoding.UTF8.GetBytes(text), new JsonObject { ["header"] = true, ["delimiter"] = "," });

        Assert.Equal(CsvJobState.Completed, status.State);
        Assert.StartsWith(warning, Assert.Single(status.Warnings!), StringComparison.Ordinal);
        Assert.Contains(warning, await _host.ReadAsync(status, "report.html"), StringComparison.Ordinal);
        Assert.Equal(status.Warnings, JobSummary.FromJson(Encoding.UTF8.GetBytes(await _host.ReadAsync(status, "summary.json"))).Warnings);
    }

    [Fact]
    public async Task FailJob_CommitThatFailedHalfway_LeavesNoOutputs()
    {
        var store = new CsvJobStore(new LazyTable(azurite.Tables, CsvJobStore.TableName), TimeProvider.System);
        var id = CsvJobId.Create("infer/half.csv", Guid.NewGuid().ToString(), new CsvJobOptions());
        await store.AddAsync(new CsvJobEntity { RowKey = id, Path = "infer/half.csv" }, CancellationToken.None);
        await store.MoveAsync(id, CsvJobState.Committing, null, CancellationToken.None);
        var folder = await JobFolder.OpenAsync(azurite.Containers, JobFolder.NameOf("infer/half.csv", id), CancellationToken.None);
        foreach (var name in (string[])["clean.csv", "rejects.csv", "schema.json", "profile.json"])
            await folder.GetOutput(name).UploadAsync(new MemoryStream([1]));

        await new FailJob(azurite.Containers, new CsvPlans(), store, NoDatabase.Committer, NullLogger<FailJob>.Instance).RunAsync(
            new FailTask(folder.Name, "disk full"), CancellationToken.None);

        Assert.Equal(["profile.json"], (await folder.ListOutputsAsync(10, CancellationToken.None)).Select(Path.GetFileName));
        Assert.Equal(CsvJobState.Failed, (await store.FindAsync(id, CancellationToken.None))!.GetState());
    }

    [Fact]
    public async Task Post_InferenceShare_IsTakenAndChecked()
    {
        var file = Encoding.ASCII.GetBytes("a,b\n1,x\n2,y\n3,z\nfour,z\n");

        var status = await _host.RunAsync("infer/share.csv", file, new JsonObject { ["inferenceShare"] = 0.7 });

        Assert.Equal((3L, 1L), (status.Accepted, status.Rejected));
        using var refused = await _host.Http.PostAsync(
            "csv", new StringContent("""{"blob":"incoming/infer/share.csv","inferenceShare":0.5}""", Encoding.UTF8, "application/json"));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);
    }
}
