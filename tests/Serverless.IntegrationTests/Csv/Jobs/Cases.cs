using System.Text.Json.Nodes;
using Serverless.CsvJobs;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>Small inputs of the kinds that people send in, one folder each in <c>tests/data/cases</c>.</summary>
internal static class Cases
{
    /// <summary>The path of a case's file: <c>input.csv</c>, or whatever its input is called.</summary>
    public static string Input(string name) =>
        Directory.EnumerateFiles(Folder(name), "input.*").Single(file => !IncomingBlobs.IsSchema(file));

    /// <summary>The path of another file of a case.</summary>
    public static string PathOf(string name, string file) => Path.Combine(Folder(name), file);

    /// <summary>Runs a case's job to its end, with the schema beside the input if there is one.</summary>
    public static async Task<CsvJobStatus> RunAsync(CsvHost host, string name, JsonObject? options = null)
    {
        var input = Input(name);
        foreach (var schema in IncomingBlobs.ListSchemasBeside(input).Where(File.Exists))
            await host.UploadAsync($"cases/{name}/{Path.GetFileName(schema)}", await File.ReadAllBytesAsync(schema));
        return await host.RunAsync($"cases/{name}/{Path.GetFileName(input)}", await File.ReadAllBytesAsync(input), options);
    }

    private static string Folder(string name) => Path.Combine(Repository.Root, "tests", "data", "cases", name);
}
