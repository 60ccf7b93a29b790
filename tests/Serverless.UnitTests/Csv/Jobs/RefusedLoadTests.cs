using System.Text.Json;
using Microsoft.DurableTask;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Mending;
using Serverless.CsvJobs.Run;
using Serverless.UnitTests.Replay;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.UnitTests.Csv.Jobs;

/// <summary>A job whose table refuses records reads its ranges again; one whose table does not goes its old way.</summary>
public sealed class RefusedLoadTests
{
    private static readonly CsvJobRun New = CsvJobOrchestrator.Begin(new CsvJobInput("orders.csv", "etag", "folder", new CsvJobOptions()));

    private static readonly FileShape Shape = new(
        "etag", 100, 0, 0, 3, 100, MaxParallel: 1, MinChunkBytes: 1, RangesPerFold: 100);

    [Fact]
    public void Commit_OfRefusedRecords_StartsTheReadingAnew()
    {
        var ended = Run(New, """{"Total":5,"Accepted":5,"Rejected":0,"Outputs":[],"Refused":2}""");

        Assert.Equal(P.OrchestrationStatus.ContinuedAsNew, ended.OrchestrationStatus);
        var next = JsonSerializer.Deserialize<CsvJobRun>(ended.Result)!;
        Assert.Equal(
            (0, null, new JobTotals(ReadBytes: 100, Reads: 1), new TableRefusals(1, 2)),
            (next.Folds, next.Chain, next.Totals, next.Refused));
        Assert.Empty(next.Open);

        // Nothing is inspected again, and the commit that follows is told that it is the second.
        ended = Run(next, """{"Total":5,"Accepted":3,"Rejected":2,"Outputs":["a"],"Refused":0}""", out var steps);
        Assert.Equal("""{"Total":5,"Accepted":3,"Rejected":2,"Outputs":["a"]}""", ended.Result);
        Assert.Equal([nameof(ProcessRange), nameof(FoldRanges), nameof(CommitJob)], steps.Select(s => s.Name));
        Assert.Contains("\"Round\":1", steps[^1].Input, StringComparison.Ordinal);
        Assert.Equal(new TableRefusals(2, 9), next.ReadAgain(7).Refused);
    }

    [Fact]
    public void Commit_AsEarlierVersionsAnsweredIt_EndsTheJob()
    {
        var ended = Run(New, """{"Total":5,"Accepted":5,"Rejected":0,"Outputs":["a"]}""", out var steps);

        Assert.Equal(P.OrchestrationStatus.Completed, ended.OrchestrationStatus);
        Assert.Equal("""{"Total":5,"Accepted":5,"Rejected":0,"Outputs":["a"]}""", ended.Result);
        Assert.Equal([nameof(InspectFile), nameof(ProcessRange), nameof(FoldRanges), nameof(CommitJob)], steps.Select(s => s.Name));
    }

    [Theory]
    [InlineData("null", 1)]
    [InlineData("3", 2)]
    public void Mend_StagesAgain_WhatATableRefuses(string first, int times)
    {
        var answers = new Queue<string>([first, "0"]);
        var task = new MendTask("folder", new MendRound("round", DateTimeOffset.UnixEpoch, "tests"));
        var history = HistoryRecorder.Record(
            nameof(MendOrchestrator),
            async c =>
            {
                await MendOrchestrator.RunAsync(c);
                return null;
            },
            JsonSerializer.Serialize(task), name => name == nameof(CommitMend) ? answers.Dequeue() : "null")[^1];

        var steps = history.Where(e => e.TaskScheduled is not null).Select(e => e.TaskScheduled.Name);
        Assert.Equal(Enumerable.Repeat((string[])[nameof(StageMend), nameof(CommitMend)], times).SelectMany(s => s), steps);
        Assert.Equal(P.OrchestrationStatus.Completed, history[^1].ExecutionCompleted.OrchestrationStatus);
    }

    private static P.ExecutionCompletedEvent Run(CsvJobRun run, string commit) => Run(run, commit, out _);

    private static P.ExecutionCompletedEvent Run(CsvJobRun run, string commit, out IReadOnlyList<P.TaskScheduledEvent> steps)
    {
        var history = HistoryRecorder.Record(
            nameof(CsvJobOrchestrator), async c => await CsvJobOrchestrator.RunAsync(c), JsonSerializer.Serialize(run), Answer)[^1];
        steps = [.. history.Where(e => e.TaskScheduled is not null).Select(e => e.TaskScheduled)];
        return history[^1].ExecutionCompleted;

        string Answer(string activity) => activity switch
        {
            nameof(InspectFile) => JsonSerializer.Serialize(Shape),
            nameof(ProcessRange) => JsonSerializer.Serialize(new RangeOutcome("00001", 0, 100, 0, 100, 5, 5, 5, 1, 100, 100, 1)),
            nameof(CommitJob) => commit,
            _ => "null",
        };
    }
}
