using Serverless.CsvJobs;
using Serverless.CsvJobs.Run;

namespace Serverless.UnitTests.Csv.Jobs;

/// <summary>A running job tells of its ranges.</summary>
public sealed class RangeLedgerTests
{
    private const int RangeBytes = 100;

    [Fact]
    public void Strip_WhileRangesEnd_TellsEachRangeInTheOrderOfTheFile()
    {
        var shape = new FileShape("etag", 10 * RangeBytes, 0, 0, 3, RangeBytes, MaxParallel: 3, MinChunkBytes: 1, RangesPerFold: 100);
        var run = CsvJobOrchestrator.Begin(new CsvJobInput("orders.csv", "", "folder", new CsvJobOptions())) with { Shape = shape };
        var ledger = new RangeLedger(run, shape);
        Assert.Equal("w10", ledger.Strip());

        var started = ledger.Start().ToList();
        Assert.Equal("r3w7", ledger.Strip());

        ledger.Complete(Outcome(started[1]));
        Assert.Equal("r1d1r1w7", ledger.Strip());

        ledger.Complete(Outcome(started[0]));
        Assert.Equal("p2r1w7", ledger.Strip());
    }

    // Each range starts with a record, so that every guess is right.
    private static RangeOutcome Outcome(RangeTask range) => new(
        range.Label, range.Start, range.End, range.Start, range.End, Rows: 5, Lines: 5, Accepted: 5, Blocks: 1, OutputBytes: RangeBytes,
        ReadBytes: RangeBytes, Reads: 1);
}
