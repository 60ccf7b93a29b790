using System.Text;
using Serverless.Csv.Proof;
using Serverless.Csv.Ranges;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Sets;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Encodings;
using Serverless.Storage;
using Serverless.TestSupport.Csv;
using Serverless.UnitTests.Csv.Ranges;

namespace Serverless.UnitTests.Csv.Sets;

/// <summary>Many files that are cut into ranges as one, against each of them read by itself.</summary>
public sealed class FilesFeedTests
{
    private static readonly CsvPlan Plan = new("x/*", "", 0, 0, new CsvDialect(), default, false, "{}", 1) { IsSet = true };

    [Fact]
    public async Task ReadAsync_GeneratedFilesInRanges_EveryRecordOnceWithItsFileAndLine()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var files = Create(random);
            var expected = new List<Found>();
            foreach (var file in files.All)
            {
                var dialect = new CsvDialect(Encoding: file.Info.Encoding);
                var records = await Records.ReadAsync(new MemoryStream(files.Bytes[file.Index]), dialect);
                expected.AddRange(records.Skip(file.Info.HeaderLines > 0 ? 1 : 0).Select(
                    r => new Found(file.Info.Path, r.Line, Encoding.UTF8.GetString(r.Raw), file.Info.Offset + r.Position)));
            }

            foreach (var rangeBytes in (int[])[1, random.Next(2, 30), random.Next(30, 400)])
            {
                var actual = await new SetReading(Plan, files, random).ReadAsync(rangeBytes);

                Assert.True(
                    expected.SequenceEqual(actual),
                    $"seed {seed}, ranges of {rangeBytes}\nexpected\n{string.Join('\n', expected)}\nactual\n{string.Join('\n', actual)}");
            }
        }
    }

    private static GeneratedSet Create(Random random)
    {
        var (files, bytes, offset) = (new List<InputFile>(), new List<byte[]>(), 0L);
        for (var i = random.Next(1, 7); i > 0; i--)
        {
            var encoding = random.Next(5) == 0 ? CsvEncoding.Utf16LittleEndian : CsvEncoding.Utf8;
            var header = random.Next(4) > 0 ? "id,text\n" : "";
            var text = header + string.Concat(Enumerable.Range(0, random.Next(6)).Select(n => random.Next(6) switch
            {
                0 => $"{n},\"two\nlines\"\n",
                1 => $"{n},\"a \"\"b\"\"\r\n\n\"\r\n",
                2 => "bad\n",
                3 => "\n",
                _ => $"{n},{new string('t', random.Next(30))}\n",
            }));
            if (text.EndsWith('\n') && text.Length > header.Length && random.Next(2) == 0) text = text[..^1].TrimEnd('\r');
            if (random.Next(8) == 0) (text, header) = ("", "");
            var of = encoding == CsvEncoding.Utf8 ? Encoding.UTF8 : Encoding.Unicode;
            bytes.Add(of.GetBytes(text));
            files.Add(new InputFile($"x/{files.Count}.csv", "e", offset, bytes[^1].Length)
            {
                DataStart = of.GetByteCount(header),
                HeaderLines = header.Length > 0 ? 1 : 0,
                Encoding = encoding,
            });
            offset += bytes[^1].Length;
        }

        return new GeneratedSet(files, bytes);
    }

    internal sealed record GeneratedSet(IReadOnlyList<InputFile> Files, IReadOnlyList<byte[]> Bytes)
    {
        public IEnumerable<(int Index, InputFile Info)> All => Files.Select((f, i) => (i, f));
    }

    internal sealed record Found(string Path, long Line, string Raw, long Position);

    /// <summary>An orchestrator in small: ranges end in any order, and are folded from the first on.</summary>
    private sealed class SetReading(CsvPlan plan, GeneratedSet set, Random random)
    {
        private readonly FileSet _files = new(set.Files);
        private readonly Dictionary<RangeResult, (List<Found> Records, IReadOnlyList<FileSegment> Segments)> _read =
            new(ReferenceEqualityComparer.Instance);

        public async Task<List<Found>> ReadAsync(int rangeBytes)
        {
            var (proven, places) = (new List<Found>(), new FilePlaces(set.Files, before: null));
            var chain = new RangeChain(_files.Size, _files.Settle(0), 0, rangeBytes);
            var inFlight = new List<RangeRequest>();
            while (!chain.IsComplete)
            {
                inFlight.AddRange(chain.Start(random.Next(1, 5), 8));
                if (inFlight.Count > 0)
                {
                    var request = inFlight[random.Next(inFlight.Count)];
                    inFlight.Remove(request);
                    chain.Complete(await ReadAsync(request));
                }

                foreach (var range in chain.Fold())
                {
                    if (!_read.TryGetValue(range.Result, out var read)) continue;
                    var key = range.Result.Range.Start;
                    places.Add(key, read.Segments);
                    foreach (var record in read.Records)
                    {
                        var (path, line) = places.Find(key, record.Line);
                        proven.Add(record with { Path = path, Line = line });
                    }
                }
            }

            Assert.Equal(proven.Count, places.SoFar.Counts.Sum(c => c.Rows));
            AssertProven(places.FindPieces()!);
            return proven;
        }

        // From each file's first record to its end, without a gap.
        private void AssertProven(IReadOnlyList<InputPiece> pieces)
        {
            var row = 1L;
            foreach (var (index, file) in set.All)
            {
                var at = file.First;
                foreach (var piece in pieces.Where(p => p.File == file.Path))
                {
                    Assert.Equal(at, piece.Start);
                    Assert.Equal(ByteHash.Of(HashKind.XxHash128, set.Bytes[index].AsSpan((int)at..(int)piece.End)), piece.Hash);
                    if (piece.Rows > 0) Assert.Equal(row, piece.FirstRow);
                    (at, row) = (piece.End, row + piece.Rows);
                }

                Assert.Equal(file.Size, at);
            }
        }

        private async Task<RangeResult> ReadAsync(RangeRequest request)
        {
            var task = new RangeTask("", "", "", request.Range.Start, request.Range.End, request.First);
            using var hash = new ByteHash(HashKind.XxHash128);
            await using var feed = new FilesFeed(
                plan with { Columns = random.Next(2) * 2 }, _files, task,
                f => new MemorySource(set.Bytes[set.Files.ToList().IndexOf(f)], random, random.Next(1, 40)), hash);
            var records = new List<Found>();
            do
            {
                while (feed.TryRead())
                {
                    var record = feed.Current;
                    Assert.Equal(records.Count + 1, record.Row);
                    records.Add(new Found("", record.Line, Encoding.UTF8.GetString(record.Raw), feed.Position));
                }
            }
            while (await feed.FillAsync(default));

            var (first, next, rows, lines) = feed.End();
            Assert.Equal(records.Count, rows);
            if (request.First is { } known) Assert.Equal(known, first);
            var result = new RangeResult(request.Range, first, next, rows, lines);
            _read[result] = (records, feed.Files!);
            return result;
        }
    }
}
