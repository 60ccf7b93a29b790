using System.Globalization;
using System.Text;
using Serverless.Csv.Proof;
using Serverless.CsvJobs.Mending;
using Serverless.CsvJobs.Run;

namespace Serverless.UnitTests.Csv.Jobs;

public sealed class InsertionsTests
{
    /// <summary>Thousands of outputs, cut into blocks anywhere: put together with what is inserted they are in the file's order.</summary>
    [Fact]
    public void Pass_AnyBlocksAndRejects_PutsRecordsWhereTheFileHasThem()
    {
        var random = new Random(5);
        for (var file = 0; file < 5_000; file++)
        {
            var rows = Enumerable.Range(1, random.Next(0, 30)).Select(r => (Row: (long)r, State: random.Next(4))).ToList();
            var blocks = Cut(rows.Where(r => r.State == 0).Select(r => r.Row).ToList(), rows.Count, random);
            var insertions = new Insertions(
                [.. blocks.Select(b => new IndexedBlock("", b.LastRow, new BlockProof(0, "")))],
                [.. rows.Where(r => r.State == 3).Select(r => r.Row)]);

            // Rejects in order: some are right now (1), some stay (2); what was dropped before (3) is none of them.
            foreach (var (row, state) in rows.Where(r => r.State is 1 or 2))
                insertions.Pass(row, state == 1 ? Encoding.UTF8.GetBytes($"{row}") : []);

            var output = blocks.Count == 0 ? [[]] : blocks.Select(b => b.Records).ToList();
            foreach (var group in insertions.All.GroupBy(i => i.Block))
            {
                foreach (var (n, insertion) in group.Index())
                {
                    Assert.Equal($"{insertion.Row}", Encoding.UTF8.GetString(insertions.BytesOf(insertion)));
                    output[group.Key].Insert((int)insertion.Before + n, insertion.Row);
                }
            }

            Assert.Equal(
                string.Join(' ', rows.Where(r => r.State is 0 or 1).Select(r => r.Row.ToString(CultureInfo.InvariantCulture))),
                string.Join(' ', output.SelectMany(b => b)));
        }
    }

    // A block ends behind a record of the file, which may be one that is not in it.
    private static List<(List<long> Records, long LastRow)> Cut(List<long> accepted, int rows, Random random)
    {
        var blocks = new List<(List<long> Records, long LastRow)>();
        for (var at = 0; at < accepted.Count;)
        {
            var count = random.Next(1, accepted.Count - at + 1);
            var records = accepted.GetRange(at, count);
            at += count;
            var next = at < accepted.Count ? accepted[at] : rows + 1;
            blocks.Add((records, random.NextInt64(records[^1], next)));
        }

        return blocks;
    }
}
