using System.Text;
using Serverless.CsvJobs;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv;

/// <summary>Files of many kinds: nothing wrong among the accepted, and nothing lost without a word.</summary>
public sealed class CleanedFileTests
{
    [Fact]
    public async Task Clean_EncodingThatShowsFarDownOnly_IsSaid()
    {
        var text = Rows(24_000, i => i < 20_000 ? $"{i};Name{i};Ort" : $"{i};Müller{i};Straße");

        var cleaned = await CleanedFile.OfAsync(Encoding.Latin1.GetBytes(text));

        Assert.Equal(20_000, cleaned.Lines.Length);
        Assert.Contains("give the encoding", Assert.Single(cleaned.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clean_TypeThatChangesWhereNothingWasSampled_IsSaid()
    {
        // One tenth is another type, all of it in the one part of each half megabyte that is passed over.
        var line = new string('x', 90);
        var text = Rows(20_000, i => $"{(i is > 3_000 and < 4_900 ? $"x{i}" : i)},{line}");

        var cleaned = await CleanedFile.OfAsync(Packed.Gzip(Encoding.UTF8.GetBytes(text)));

        Assert.Equal(1_899, cleaned.Faults.Count);
        Assert.Contains("1,899 of 20,000 records have values of another type", Assert.Single(cleaned.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0xED, 0xA0, 0x80)]
    [InlineData(0xC0, 0xAF)]
    [InlineData(0xFF)]
    public async Task Clean_BytesThatAreNoUtf8InAFileOfAscii_AreFaultsOfTheirRecord(params int[] bytes)
    {
        byte[] file = [.. Encoding.ASCII.GetBytes(Rows(50, i => $"{i},a")), .. "50,"u8, .. bytes.Select(b => (byte)b), .. "\n"u8];

        var cleaned = await CleanedFile.OfAsync(file);

        Assert.Equal(50, cleaned.Lines.Length);
        Assert.Contains("encoding-error", Assert.Single(cleaned.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clean_ControlCharactersInAFault_AreShownAndNotObeyed()
    {
        var cleaned = await CleanedFile.OfAsync(Rows(50, i => $"{i},{i}") + "50,\u001B[2J\0\u007F\n");

        Assert.Contains("found \"␛[2J␀␡\"", Assert.Single(cleaned.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clean_SchemaWithAMemberOfAnother_SaysThatItIsNotRead()
    {
        var schema = Cleaned.Schema(
            """{"x-owner": "us", "fields": [{"name": "id", "x-claen": ["trim"]}, {"name": "name", "x-clean": ["trim"]}]}""");

        var cleaned = await CleanedFile.OfAsync(Rows(2, i => $"{i},a"), schema: schema);

        Assert.Contains("x-owner, x-claen say nothing here", Assert.Single(cleaned.Facts.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,2,3\n2,4,6\n3,6,9\n", true)]
    [InlineData("2019,2020,2021\n1.5,2.5,3.5\n", true)]
    [InlineData("id,2019,2020\nDE,2.5,3.5\n", false)]
    public async Task Clean_HeaderOfNumbersAlone_IsSaid(string text, bool isSaid)
    {
        var cleaned = await CleanedFile.OfAsync(text);

        Assert.Equal(isSaid, cleaned.Facts.Notes.Any(note => note.Contains("taken for the header", StringComparison.Ordinal)));
        Assert.Empty((await CleanedFile.OfAsync(text, new CsvJobOptions(Header: true))).Facts.Notes);
    }

    [Fact]
    public async Task Clean_OneColumnOfText_AsksForTheDelimiter()
    {
        var cleaned = await CleanedFile.OfAsync("id^name\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"{i}^x\n")));

        Assert.Contains("give the delimiter", Assert.Single(cleaned.Warnings), StringComparison.Ordinal);
    }

    private static string Rows(int count, Func<int, string> row)
    {
        var header = row(0).Contains(';', StringComparison.Ordinal) ? "id;name;place\n" : "id,name\n";
        return header + string.Concat(Enumerable.Range(0, count).Select(i => row(i) + "\n"));
    }
}
