using Serverless.Csv.Ranges;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Encodings;
using Serverless.TestSupport.Csv;
using Serverless.UnitTests.Csv.Parsing;

namespace Serverless.UnitTests.Csv.Ranges;

public sealed class RangeChainTests
{
    [Fact]
    public void IsComplete_NoRecords_AtOnce()
    {
        var chain = new RangeChain(10, 10, 1, 4);

        Assert.Empty(chain.Start(4, 4));
        Assert.True(chain.IsComplete);
    }

    [Fact]
    public void Start_Window_BoundsWhatIsOpen()
    {
        var chain = new RangeChain(100, 0, 0, 10);

        var first = chain.Start(2, 3);
        var behind = first[1];
        chain.Complete(new RangeResult(behind.Range, 13, 22, 1, 1));
        var second = chain.Start(2, 3);
        chain.Complete(new RangeResult(second[0].Range, 22, 31, 1, 1));

        Assert.Equal([new RangeRequest(new ByteRange(0, 10), 0), new RangeRequest(new ByteRange(10, 20), null)], first);
        Assert.Equal([new RangeRequest(new ByteRange(20, 30), null)], second);
        Assert.Empty(chain.Start(2, 3));
    }

    [Fact]
    public void Fold_NeighboursAgree_GivesAbsoluteNumbers()
    {
        var chain = Started(20, 10, headerLines: 2);
        chain.Complete(new RangeResult(new ByteRange(10, 20), 13, 20, 2, 2));
        Assert.Empty(chain.Fold());
        chain.Complete(new RangeResult(new ByteRange(0, 10), 0, 13, 3, 5));

        var proven = chain.Fold();

        Assert.Equal([(0L, 2L), (3L, 7L)], proven.Select(p => (p.RowsBefore, p.LinesBefore)));
        Assert.True(chain.IsComplete);
        Assert.Equal((5L, 9L), (chain.Rows, chain.Lines));
        Assert.Equal(0, chain.Rereads);
    }

    [Fact]
    public void Start_NeighboursDisagree_ReadsAgainFromTheProvenPosition()
    {
        var chain = Started(30, 10);
        chain.Complete(new RangeResult(new ByteRange(0, 10), 0, 15, 1, 1));
        chain.Complete(new RangeResult(new ByteRange(10, 20), 12, 21, 1, 1));
        chain.Complete(new RangeResult(new ByteRange(20, 30), 22, 30, 1, 1));
        Assert.Single(chain.Fold());

        // What stands right of a wrong range is not judged by it.
        Assert.Equal([new RangeRequest(new ByteRange(10, 20), 15)], chain.Start(4, 4));

        chain.Complete(new RangeResult(new ByteRange(10, 20), 15, 22, 1, 1));
        Assert.Equal(2, chain.Fold().Count);
        Assert.True(chain.IsComplete);
        Assert.Equal(1, chain.Rereads);
    }

    [Fact]
    public void Start_TwoPlacesDisagree_ReadsBothAgainAtOnce()
    {
        var chain = Started(60, 10);
        long[] firsts = [0, 12, 22, 32, 42, 52];
        long[] nexts = [15, 22, 32, 42, 55, 60];
        for (var i = 0; i < 6; i++) chain.Complete(new RangeResult(new ByteRange(i * 10, i * 10 + 10), firsts[i], nexts[i], 1, 1));

        var again = chain.Start(6, 6);

        Assert.Equal([(10L, 15L), (50L, 55L)], again.Select(r => (r.Range.Start, r.First!.Value)));
    }

    [Fact]
    public void Fold_RecordSpansRanges_TheyOwnNothingWithoutReading()
    {
        var chain = Started(40, 10);
        chain.Complete(new RangeResult(new ByteRange(10, 20), 12, 22, 1, 1));
        chain.Complete(new RangeResult(new ByteRange(20, 30), 22, 35, 1, 1));
        chain.Complete(new RangeResult(new ByteRange(30, 40), 35, 40, 1, 1));
        chain.Complete(new RangeResult(new ByteRange(0, 10), 0, 35, 1, 4));

        Assert.Empty(chain.Start(4, 4));
        Assert.Equal([1L, 0, 0, 1], chain.Fold().Select(p => p.Result.Rows));
        Assert.True(chain.IsComplete);
    }

    [Fact]
    public void Split_Range_IsReplacedByHalves()
    {
        var chain = new RangeChain(20, 0, 0, 20);
        var range = chain.Start(4, 4)[0].Range;

        Assert.True(chain.Split(range, 10));
        var halves = chain.Start(4, 4);

        Assert.Equal([new RangeRequest(new ByteRange(0, 10), 0), new RangeRequest(new ByteRange(10, 20), null)], halves);
        Assert.False(chain.Split(halves[0].Range, 10));
    }

    [Fact]
    public void Complete_UnknownRange_Throws() =>
        Assert.Throws<InvalidOperationException>(
            () => new RangeChain(10, 0, 0, 5).Complete(new RangeResult(new ByteRange(0, 5), 0, 6, 1, 1)));

    [Fact]
    public async Task Chain_GeneratedFilesInEveryChunking_EqualsOneSequentialRead()
    {
        for (var seed = 0; seed < 1_500; seed++)
        {
            var file = GeneratedFile.Create(seed);
            var random = new Random(seed);
            var limits = new CsvLimits(random.Next(1, 80), random.Next(4) == 0 ? 170 : 4096, 1024);
            List<PlainRecord> sequential;
            try
            {
                sequential = ReferenceParser.Parse(
                    file.Utf8, file.Dialect.Delimiter[0], file.Dialect.Quote, limits.MaxRecordBytes, file.RawPosition);
            }
            catch (CsvFormatException)
            {
                continue;
            }

            var unit = file.Dialect.Encoding is CsvEncoding.Utf16BigEndian or CsvEncoding.Utf16LittleEndian ? 2 : 1;
            foreach (var rangeBytes in Sizes(file.Raw.Length, unit, random))
            {
                // The first records stand for a header.
                var skipped = random.Next(0, Math.Min(3, sequential.Count + 1));
                var (first, lines) = skipped < sequential.Count
                    ? (sequential[skipped].Position, sequential[skipped].Line - 1) : (file.Raw.Length, 0);
                var expected = sequential.Skip(skipped).Select(r => r with { Row = r.Row - skipped });

                var actual = await new ChainedReading(file, limits, random).ReadAsync(first, lines, rangeBytes);

                var (wanted, got) = (string.Join('\n', expected), string.Join('\n', actual));
                Assert.True(wanted == got, $"seed {seed}, ranges of {rangeBytes}\nexpected\n{wanted}\nactual\n{got}");
            }
        }
    }

    private static IEnumerable<int> Sizes(int length, int unit, Random random)
    {
        if (length <= 40) return Enumerable.Range(1, Math.Max(1, length)).Where(s => s % unit == 0);
        return [unit * random.Next(1, 4), unit * random.Next(4, 20), unit * random.Next(20, 1 + Math.Max(20, length / unit))];
    }

    private static RangeChain Started(long length, int rangeBytes, long headerLines = 0)
    {
        var chain = new RangeChain(length, 0, headerLines, rangeBytes);
        chain.Start(100, 100);
        return chain;
    }
}
