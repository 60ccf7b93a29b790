using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Serverless.Csv.Summary;

namespace Serverless.IntegrationTests.Csv.Mending;

/// <summary>Compares what a mended job and one of the corrected file have written.</summary>
internal static class Outcome
{
    public static string Text(Dictionary<string, byte[]> outputs, string name) => Encoding.UTF8.GetString(outputs[name]);

    /// <summary>An output's text, unpacked where its name says that it is packed.</summary>
    public static string Unpack(string name, byte[] content)
    {
        if (!name.EndsWith(".gz", StringComparison.Ordinal)) return Encoding.UTF8.GetString(content);
        using var unpacked = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        return reader.ReadToEnd();
    }

    public static void AssertSame(Dictionary<string, byte[]> expectedOutputs, Dictionary<string, byte[]> mendedOutputs)
    {
        var (expected, mended) = (JobSummary.FromJson(expectedOutputs["summary.json"]), JobSummary.FromJson(mendedOutputs["summary.json"]));
        Assert.Equal((expected.Rows, expected.Accepted, expected.Rejected), (mended.Rows, mended.Accepted, mended.Rejected));
        Assert.Equal(JsonSerializer.Serialize(expected.Columns), JsonSerializer.Serialize(mended.Columns));
        var reasons = JsonSerializer.Serialize(expected.Reasons).Replace("-new/", "/", StringComparison.Ordinal);
        Assert.Equal(reasons, JsonSerializer.Serialize(mended.Reasons));
        Assert.Equal(
            expected.Files?.Select(f => (f.Rows, f.Accepted, f.Rejected)), mended.Files?.Select(f => (f.Rows, f.Accepted, f.Rejected)));
    }
}
