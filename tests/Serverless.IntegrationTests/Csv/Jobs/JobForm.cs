using System.Text;
using System.Text.Json.Nodes;
using Serverless.Csv.Output;
using Serverless.CsvJobs;
using Serverless.IntegrationTests.Csv.Mending;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>A small job of each form that outputs and schemas have, and what mends it.</summary>
/// <param name="Files">The input; one file or several.</param>
/// <param name="Schema">The schema.</param>
/// <param name="Options">The options.</param>
internal sealed record JobForm(IReadOnlyList<string> Files, string Schema, CsvJobOptions Options)
{
    /// <summary>The records that mend it: the third of all is wrong, and the fifth.</summary>
    public const string Body = """[{"row":3,"raw":"3,Ann of a long name,p,1"},{"row":5,"raw":"5,Eve of a long name,r,z"}]""";

    private const string Plain =
        """{"fields":[{"name":"id","type":"integer"},{"name":"name"},{"name":"place"},{"name":"parent","type":"integer"}]}""";

    private static readonly string[] Wrong =
    [
        "1,Bob of a long name,p,", "2,Ann of a long name,q,1", "x,Ann of a long name,p,1", "4,Eve,p,1", "y,,q,2",
        "6,Zoe of a long name,q,2",
    ];

    /// <summary>The names of all forms.</summary>
    public static IReadOnlyList<string> Names =>
        ["csv", "gzip", "parquet", "partitions", "partitions-parquet", "set", "masked", "keys", "columns"];

    /// <summary>Finds a form.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isMended">As the corrected file is.</param>
    public static JobForm Find(string name, bool isMended)
    {
        string[] records = [.. Wrong];
        if (isMended)
        {
            foreach (var sent in JsonNode.Parse(Body)!.AsArray())
                records[(int)sent!["row"]! - 1] = (string)sent["raw"]!;
        }

        string[] files = name == "set" ? [Write(records[..2]), Write(records[2..4]), Write(records[4..])] : [Write(records)];
        var options = new CsvJobOptions(
            name.EndsWith("parquet", StringComparison.Ordinal) ? CsvOutput.Parquet : CsvOutput.Csv, Delimiter: ",", Quote: '"',
            Header: true, ChunkBytes: 60)
        {
            PartitionBy = name.StartsWith("partitions", StringComparison.Ordinal) ? "place" : null,
            Compress = name == "gzip" ? CsvCompression.Gzip : CsvCompression.None,
        };
        return new JobForm(files, FindSchema(name), options);

        static string Write(IEnumerable<string> lines) => "id,name,place,parent\n" + string.Concat(lines.Select(l => l + "\n"));
    }

    /// <summary>Runs the job.</summary>
    public Task<Dictionary<string, byte[]>> RunAsync(CsvPipeline pipeline, string path) => Files is [var only]
        ? pipeline.RunAsync(Encoding.UTF8.GetBytes(only), $"{path}.csv", Options, Schema)
        : pipeline.RunSetAsync(
            Files.Index().ToDictionary(f => $"{f.Index}.csv", f => Encoding.UTF8.GetBytes(f.Item)), path, Options, Schema);

    /// <summary>An output as text: a Parquet file and a packed one by their records.</summary>
    public static async Task<string> ReadAsync(string name, byte[] content) => name.EndsWith(".parquet", StringComparison.Ordinal)
        ? string.Join('\n', await ParquetRecords.ReadAllAsync(content)) : Outcome.Unpack(name, content);

    private static string FindSchema(string name)
    {
        var schema = JsonNode.Parse(Plain)!;
        if (name == "masked") schema["fields"]![1]!["x-clean"] = new JsonArray("hash");
        if (name == "keys")
        {
            schema["uniqueKeys"] = new JsonArray(new JsonArray("name", "place"));
            schema["foreignKeys"] = JsonNode.Parse("""[{"fields":"parent","reference":{"resource":"","fields":"id"} }]""");
        }

        if (name == "columns")
        {
            schema["x-checks"] = JsonNode.Parse(
                """[{"type":"sequential-value","fieldName":"id"},{"type":"deviated-value","fieldName":"parent"}]""");
        }

        return schema.ToJsonString();
    }
}
