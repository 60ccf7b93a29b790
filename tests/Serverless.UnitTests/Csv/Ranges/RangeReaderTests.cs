using System.Text;
using Serverless.Csv.Ranges;
using Serverless.CsvParsing;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Ranges;

public sealed class RangeReaderTests
{
    [Theory]
    // The record on the end belongs to the range before it.
    [InlineData("aa\nbb\ncc\n", 0, 3, 0L, "aa bb", 0, 6, 2)]
    [InlineData("aa\nbb\ncc\n", 3, 9, null, "cc", 6, 9, 1)]
    [InlineData("aa\nbb\ncc\n", 0, 2, 0L, "aa", 0, 3, 1)]
    [InlineData("aa\nbb\ncc\n", 2, 9, null, "bb cc", 3, 9, 2)]
    // CR and LF on two sides of a boundary are one line end.
    [InlineData("aa\r\nbb\r\ncc", 0, 3, 0L, "aa", 0, 4, 1)]
    [InlineData("aa\r\nbb\r\ncc", 3, 10, null, "bb cc", 4, 10, 2)]
    // Smaller than a record: nothing is owned.
    [InlineData("aaaaaa\nbb", 2, 4, null, "", 7, 7, 0)]
    [InlineData("aaaaaa\nbb", 7, 8, null, "", 9, 9, 0)]
    [InlineData("aaaaaa\nbb", 2, 4, 7L, "", 7, 7, 0)]
    // Inside a quoted field, where speculation cannot know.
    [InlineData("x,\"a\nb\nc\"\nd\n", 4, 12, null, "b c\" d", 5, 12, 3)]
    [InlineData("x,\"a\nb\nc\"\nd\n", 0, 4, 0L, "x,\"a\nb\nc\"", 0, 10, 3)]
    [InlineData("x,\"a\nb\nc\"\nd\n", 4, 12, 10L, "d", 10, 12, 1)]
    // Nothing but an end.
    [InlineData("aa", 1, 2, null, "", 2, 2, 0)]
    [InlineData("aa\n", 2, 3, null, "", 3, 3, 0)]
    [InlineData("aa\nbb", 0, 5, 0L, "aa bb", 0, 5, 2)]
    // A quote that never closes.
    [InlineData("a\n\"b\nc\nd", 0, 4, 0L, "a \"b", 0, 5, 2)]
    [InlineData("a\n\"b\nc\nd", 4, 8, null, "c d", 5, 8, 2)]
    public async Task TryRead_Range_OwnsWhatStartsInIt(
        string text, long start, long end, long? first, string records, long expectedFirst, long next, long lines)
    {
        var (read, result, _) = await ReadAsync(text, new ByteRange(start, end), first);

        Assert.Equal(records, string.Join(' ', read));
        Assert.Equal((expectedFirst, next, lines), (result.First, result.Next, result.Lines));
        Assert.Equal(read.Count, result.Rows);
    }

    [Fact]
    public async Task TryRead_RecordsAreShort_FetchesTheRangeAndTheSlackOnce()
    {
        var (_, _, source) = await ReadAsync(string.Concat(Enumerable.Repeat("abcd\n", 1000)), new ByteRange(1000, 2000), null);

        Assert.Equal([(1000L, 1010L)], source.Requests);
    }

    [Fact]
    public async Task TryRead_RecordReachesFar_FetchesGrowingPieces()
    {
        var (_, _, source) = await ReadAsync("a\n" + new string('b', 200) + "\nc\nd\n", new ByteRange(0, 10), 0);

        Assert.Equal([(0L, 20L), (20L, 40L), (60L, 147L)], source.Requests);
    }

    [Fact]
    public async Task TryRead_FirstRecordIsBehindTheRange_FetchesNothing()
    {
        var (_, result, source) = await ReadAsync("aaaa\nb\n", new ByteRange(1, 3), 5);

        Assert.Empty(source.Requests);
        Assert.Equal(new RangeResult(new ByteRange(1, 3), 5, 5, 0, 0), result);
    }

    [Fact]
    public async Task FillAsync_DownloadEndsEarly_Throws()
    {
        var source = new MemorySource("ab\nc"u8.ToArray(), new Random(1), 100);
        await using var reader = new RangeReader(new Shortened(source), 4, new CsvDialect(), new ByteRange(0, 4), 0);

        await Assert.ThrowsAsync<EndOfStreamException>(async () =>
        {
            while (await reader.FillAsync(default))
            {
                while (reader.TryRead()) { }
            }
        });
    }

    [Fact]
    public async Task Result_NotReadToItsEnd_Throws()
    {
        await using var reader = new RangeReader(
            new MemorySource("a\nb"u8.ToArray(), new Random(1), 1), 3, new CsvDialect(), new ByteRange(0, 3), 0);

        Assert.Throws<InvalidOperationException>(() => reader.Result);
    }

    private static async Task<(List<string> Records, RangeResult Result, MemorySource Source)> ReadAsync(
        string text, ByteRange range, long? first)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var source = new MemorySource(bytes, new Random(7), 5);
        await using var reader = new RangeReader(source, bytes.Length, new CsvDialect(), range, first, Records.Tiny, slack: 10);
        var records = new List<string>();
        do
        {
            while (reader.TryRead()) records.Add(Encoding.UTF8.GetString(reader.Current.Raw));
        }
        while (await reader.FillAsync(default));

        Assert.Equal(source.Requests.Sum(r => r.Count), reader.BytesRequested);
        return (records, reader.Result, source);
    }

    private sealed class Shortened(IRangeSource inner) : IRangeSource
    {
        public ValueTask<Stream> OpenAsync(long offset, long count, CancellationToken cancellationToken) =>
            inner.OpenAsync(offset, count - 1, cancellationToken);
    }
}
