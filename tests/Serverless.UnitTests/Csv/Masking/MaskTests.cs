using System.Security.Cryptography;
using System.Text;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Profile;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.Csv.Values;
using Serverless.CsvParsing;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Masking;

/// <summary>Values that nobody may see are checked, and are seen nowhere.</summary>
public sealed class MaskTests
{
    private const string Fields =
        """
        {"fields":[
          {"name":"id","type":"integer"},
          {"name":"mail","constraints":{"minLength":5},"x-clean":["trim","lower","hash"]},
          {"name":"born","type":"date","x-clean":["mask"]},
          {"name":"salary","type":"integer","x-clean":["hash"]}],
         "x-checks":["salary >= 10", "born >= '1900-01-01'"]}
        """;

    private static readonly byte[] Key = "a key of random characters"u8.ToArray();

    [Fact]
    public async Task TryClean_MaskedColumns_WritesWhatStandsForTheirCanonicalValues()
    {
        var (text, _, _) = await CleanAsync(Fields, "1, Ann@X.org ,1990-02-03,0042\n2,,,\n", Key);

        Assert.Equal($"1,{Hash("ann@x.org")},***,{Hash("42")}\n2,,,\n", text);
    }

    [Fact]
    public async Task TryClean_NoKey_TellsNothingApart()
    {
        var (text, _, _) = await CleanAsync(Fields, "1,ann@x.org,1990-02-03,42\n", key: null);

        Assert.Equal("1,***,***,***\n", text);
    }

    [Theory]
    [InlineData("1,pqrs,1990-02-03,4711")]
    [InlineData("1,pqrstu,wxyz,4711")]
    [InlineData("1,pqrstu,1790-02-03,4711")]
    [InlineData("1,pqrstu,1990-02-03,wxyz")]
    [InlineData("1,pqrstu,1990-02-03,7")]
    [InlineData("x,pqrstu,1990-02-03,4711")]
    [InlineData("x,pqrstu,1990-02-03")]
    [InlineData("pqrstu,1990-02-03,4711")]
    [InlineData("x,y,pqrstu,1990-02-03,4711")]
    [InlineData("x,\"pqrstu\",\"1990-02-03\",\"4711\"")]
    [InlineData("1,\"pqr\"\"stu\",wxyz,4711")]
    [InlineData("1,pqrstu,1990-02-03,\"4711")]
    [InlineData("1,pqrstu,1990-02-03,4711", 0)]
    public async Task TryClean_RecordsThatAreRefused_ShowNoMaskedValue(string record, int repeated = -1)
    {
        var (text, faults, rejects) = await CleanAsync(Fields, record + "\n", Key, repeated);

        Assert.Equal(("", 1), (text, faults.Count));
        foreach (var secret in (string[])["pqr", "stu", "wxyz", "1990", "1790", "4711"])
        {
            Assert.DoesNotContain(secret, faults[0].Message, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, rejects, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Write_OtherColumnsOfARefusedRecord_StandInItsRaw()
    {
        var (_, faults, rejects) = await CleanAsync(Fields, "x1,\"a,\"\"b\"\"\",,42\n", Key);

        Assert.Equal("expected an integer, found \"x1\"", faults[0].Message);
        Assert.EndsWith(",\"x1,\"\"***\"\",,***\"\n", rejects, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statistics_MaskedColumns_TellHowManyValuesAndNothingOfThem()
    {
        var schema = Cleaned.Schema(Fields);
        var cleaner = new RecordCleaner(schema, CsvOutput.Csv, null, Key);
        await using var writer = RecordWriters.Create(schema, CsvOutput.Csv);
        NaiveCsv.Read("1,ann@x.org,1990-02-03,4711\n2,,,\n"u8.ToArray(), (in r) => cleaner.TryClean(r, writer, out _));

        var columns = cleaner.CreateStatistics().Columns;

        Assert.All(columns.Skip(1), c => Assert.Equal((FieldType.String, 1, 1), (c.Type, c.Count, c.Missing)));
        Assert.All(columns.Skip(1), c => Assert.Equal(
            (null, null, null, null, null), (c.Minimum, c.Maximum, c.Sum, c.MinLength, c.MaxLength)));
    }

    [Fact]
    public async Task Profile_MaskedColumns_HasNoValueOfThem()
    {
        var schema = Cleaned.Schema(Fields);
        var profile = new TableProfile(schema.Written);
        var cleaner = new RecordCleaner(schema);
        await using var writer = RecordWriters.Project(schema, new ProfileWriter(profile));
        NaiveCsv.Read("815,ann@x.org,1990-02-03,4711\n"u8.ToArray(), (in r) => cleaner.TryClean(r, writer, out _));
        using var bytes = new MemoryStream();
        await profile.WriteAsync(bytes, CancellationToken.None);

        var text = Encoding.Latin1.GetString(bytes.ToArray());
        Assert.Contains("815", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ann", text, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", text, StringComparison.Ordinal);
        Assert.DoesNotContain("1990", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_MaskedColumns_SurviveTheirWriter_AndFaultsAreNamed()
    {
        var schema = Cleaned.Schema(Fields);
        Assert.Equal(schema.ToJson(), Cleaned.Schema(schema.ToJson()).ToJson());
        Assert.Equal([null, MaskKind.Hash, MaskKind.Mask, MaskKind.Hash], schema.Fields.Select(f => f.Mask));

        Assert.NotEmpty(TableSchemaParser.Parse("""{"fields":[{"name":"a","x-clean":["hash","mask"]}]}""").Faults);
        Assert.NotEmpty(TableSchemaParser.Parse("""{"fields":[{"name":"a","x-clean":["mask"]}],"primaryKey":"a"}""").Faults);
        Assert.NotEmpty(Key("number").Faults);
        Assert.Empty(Key("integer").Faults);

        static SchemaParseResult Key(string type) => TableSchemaParser.Parse(
            $$"""{"fields":[{"name":"a","type":"{{type}}","x-clean":["hash"]}],"primaryKey":"a"}""");
    }

    private static string Hash(string value) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(value)))[..32];

    private static async Task<(string Text, List<RecordFault> Faults, string Rejects)> CleanAsync(
        string json, string text, byte[]? key, int repeated = -1)
    {
        if (repeated >= 0)
            json = json.Replace("\"x-checks\"", "\"primaryKey\":[\"id\",\"mail\"],\"x-checks\"", StringComparison.Ordinal);
        var schema = Cleaned.Schema(json);
        await using var writer = RecordWriters.Create(schema, CsvOutput.Csv);
        var cleaner = new RecordCleaner(schema, CsvOutput.Csv, null, key);
        var rejects = new RejectWriter(schema);
        var faults = new List<RecordFault>();
        using var reader = new CsvRecordReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), new CsvDialect());
        do
        {
            while (reader.TryRead())
            {
                if (cleaner.TryClean(reader.Current, writer, repeated, out var fault)) continue;
                faults.Add(fault);
                rejects.Write(reader.Current, fault);
            }
        }
        while (await reader.FillAsync(CancellationToken.None));
        using var part = new MemoryStream(rejects.Pending.ToArray());
        using var lines = new MemoryStream();
        await RejectPart.CopyAsync(part, 0, 0, lines);
        return (Encoding.UTF8.GetString(writer.Pending.Span), faults, Encoding.UTF8.GetString(lines.ToArray()));
    }
}
