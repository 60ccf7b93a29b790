using System.Text.Json;
using Serverless.Csv.Ranges;
using Serverless.CsvParsing;
using Serverless.Storage;
using Serverless.TestSupport.Csv;
using Serverless.UnitTests.Csv.Parsing;

namespace Serverless.UnitTests.Csv.Ranges;

/// <summary>An orchestrator in small: reads a file by ranges that end in any order, fail now and then, and survive in JSON.</summary>
internal sealed class ChainedReading(GeneratedFile file, CsvLimits limits, Random random)
{
    private readonly Dictionary<RangeResult, List<PlainRecord>> _records = new(ReferenceEqualityComparer.Instance);
    private readonly List<PlainRecord> _proven = [];

    public async Task<List<PlainRecord>> ReadAsync(long firstRecord, long headerLines, int rangeBytes)
    {
        var chain = new RangeChain(file.Raw.Length, firstRecord, headerLines, rangeBytes);
        var (parallel, window) = (random.Next(1, 6), random.Next(1, 12));
        var inFlight = new List<RangeRequest>();
        while (!chain.IsComplete)
        {
            inFlight.AddRange(chain.Start(parallel, window));
            Assert.True(
                inFlight.Count <= parallel && chain.State.Open.Count <= window + chain.State.Open.Count(r => r.Range.Length < rangeBytes));
            if (inFlight.Count > 0) await EndOneAsync(chain, inFlight);

            foreach (var range in chain.Fold()) Take(range);
            if (random.Next(8) == 0) chain = Restored(chain, inFlight);
        }

        Assert.Empty(inFlight);
        Assert.Equal(file.Raw.Length, chain.Proven);
        Assert.Equal(_proven.Count, chain.Rows);
        return _proven;
    }

    private static RangeChain Restored(RangeChain chain, List<RangeRequest> inFlight)
    {
        var state = JsonSerializer.Deserialize<RangeChainState>(JsonSerializer.Serialize(chain.State))!;
        var restored = new RangeChain(state);
        Assert.Equal(inFlight.OrderBy(r => r.Range.Start), restored.InFlight);
        return restored;
    }

    private async Task EndOneAsync(RangeChain chain, List<RangeRequest> inFlight)
    {
        var request = inFlight[random.Next(inFlight.Count)];
        inFlight.Remove(request);
        if (random.Next(10) == 0 && chain.Split(request.Range, 2)) return;

        var source = new MemorySource(file.Raw, random, random.Next(1, 50));
        var kind = random.Next(2) == 0 ? HashKind.XxHash128 : HashKind.Sha256;
        using var hash = new ByteHash(kind);
        await using var reader = new RangeReader(
            source, file.Raw.Length, file.Dialect, request.Range, request.First, limits, random.Next(1, 40), hash,
            columns: random.Next(6));
        var records = new List<PlainRecord>();
        do
        {
            while (reader.TryRead()) records.Add(Records.Copy(reader.Current, reader.Position, file.Dialect));
        }
        while (await reader.FillAsync(default));

        var result = reader.Result;
        reader.EndHash();
        Assert.Equal(ByteHash.Of(kind, file.Raw.AsSpan((int)result.First, (int)(result.Next - result.First))), hash.End());
        _records.Add(result, records);
        chain.Complete(result);
    }

    private void Take(ProvenRange range)
    {
        // A restored chain has its own copy of a result.
        var records = _records.FirstOrDefault(r => r.Key == range.Result).Value ?? [];
        Assert.Equal(range.Result.Rows, records.Count);
        _proven.AddRange(records.Select(r => r with { Row = r.Row + range.RowsBefore, Line = r.Line + range.LinesBefore }));
    }
}
