using System.Globalization;
using System.Text;
using Serverless.Csv.Values;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Sources;
using Serverless.TestSupport.Csv;
using Serverless.UnitTests.Csv.Ranges;

namespace Serverless.UnitTests.Csv.Jobs;

/// <summary>The sample that a schema is inferred from.</summary>
public sealed class SchemaSamplerTests
{
    private const int Rows = 200_000;

    [Fact]
    public async Task Infer_TypeThatChangesFarDown_IsSeen()
    {
        var (facts, read, size) = await InspectAsync(i => i < Rows / 2 ? $"{i},{i}" : $"{i},{i}.5");

        Assert.Equal([FieldType.Integer, FieldType.Number], facts.Schema.Fields.Select(f => f.Type));
        Assert.True(read < size / 2, $"{read} of {size} bytes were read");
    }

    [Fact]
    public async Task Infer_SpotsWithinQuotedFields_AreNotTakenForRecords()
    {
        // Each field is longer than most of a spot, and its lines look like text to whoever starts within it.
        var text = string.Concat(Enumerable.Range(0, 900).Select(i => $"a line {i} of text\n"));

        var (facts, _, _) = await InspectAsync(i => $"{i},\"{(i % 200 == 0 ? text : "short")}\"", rows: 40_000);

        Assert.Equal([FieldType.Integer, FieldType.String], facts.Schema.Fields.Select(f => f.Type));
        Assert.Equal(1, facts.Inferred!.Columns[0].Share);
    }

    [Fact]
    public async Task Infer_Utf16_IsSampledAtWholeCharacters()
    {
        var (facts, _, _) = await InspectAsync(i => $"{i},{i}", rows: 150_000, Encoding.Unicode);

        Assert.Equal([FieldType.Integer, FieldType.Integer], facts.Schema.Fields.Select(f => f.Type));
        Assert.All(facts.Inferred!.Columns, c => Assert.Equal(1, c.Share));
    }

    [Theory]
    [InlineData(PackingKind.Gzip)]
    [InlineData(PackingKind.Zip)]
    internal async Task Infer_PackedTypeThatChangesFarDown_IsSeen(PackingKind packing)
    {
        var file = Text(i => i < Rows / 2 ? $"{i},{i}" : $"{i},x{i}", Rows, new UTF8Encoding(false));
        var (facts, _) = await InspectAsync(packing == PackingKind.Gzip ? Packed.Gzip(file) : Packed.Zip(("a.csv", file)));

        Assert.Equal([FieldType.Integer, FieldType.String], facts.Schema.Fields.Select(f => f.Type));
        Assert.InRange(facts.Inferred!.Records, 10_000, Rows / 2);
        Assert.Null(facts.Inferred.UnseenFrom);
        Assert.Empty(facts.Notes);
    }

    [Fact]
    public async Task Infer_WorkbookTypeThatChangesFarDown_IsSeen()
    {
        var rows = string.Concat(Enumerable.Range(1, 60_000).Select(i => i < 30_000
            ? $"<row><c><v>{i}</v></c><c><v>{i}</v></c></row>" : $"<row><c><v>{i}</v></c><c t=\"str\"><v>a word {i}</v></c></row>"));
        var (facts, _) = await InspectAsync(Packed.Workbook([("S", "visible", rows)]));

        Assert.Equal([FieldType.Integer, FieldType.String], facts.Schema.Fields.Select(f => f.Type));
    }

    [Fact]
    public async Task Infer_PackedTextBeyondReach_IsSaid()
    {
        // What repeats is packed small: 300 MB of text.
        var line = Encoding.UTF8.GetBytes($"1,{new string('x', 998)}\n");
        var piece = Enumerable.Repeat(line, 30_000).SelectMany(l => l).ToArray();
        var member = Packed.Gzip(piece);
        var (facts, _) = await InspectAsync([.. Packed.Gzip("id,text\n"u8.ToArray()), .. Enumerable.Repeat(member, 10).SelectMany(m => m)]);

        Assert.Contains("from the first 256 MiB of the text", Assert.Single(facts.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_SmallFile_IsReadWhole()
    {
        var (facts, _, _) = await InspectAsync(i => i == 2_999 ? "x,y" : $"{i},2", rows: 3_000);

        Assert.Equal(3_000, facts.Inferred!.Records);
        Assert.All(facts.Inferred.Columns, c => Assert.Equal(2_999 / 3_000.0, c.Share));
    }

    private static async Task<(FileFacts Facts, long Read, long Size)> InspectAsync(
        Func<int, string> row, int rows = Rows, Encoding? encoding = null)
    {
        var file = Text(row, rows, encoding ?? new UTF8Encoding(false));
        var (facts, read) = await InspectAsync(file);
        return (facts, read, file.Length);
    }

    private static async Task<(FileFacts Facts, long Read)> InspectAsync(byte[] file)
    {
        var source = new MemorySource(file, new Random(1), portion: 64 << 10);
        var facts = await FileInspector.InspectAsync(source, file.Length, new CsvJobOptions(), schema: null, CancellationToken.None);
        return (facts, source.Requests.Sum(r => r.Count));
    }

    private static byte[] Text(Func<int, string> row, int rows, Encoding encoding)
    {
        var text = new StringBuilder("id,value\n");
        for (var i = 0; i < rows; i++) text.Append(CultureInfo.InvariantCulture, $"{row(i)}\n");
        return [.. encoding.GetPreamble(), .. encoding.GetBytes(text.ToString())];
    }
}
