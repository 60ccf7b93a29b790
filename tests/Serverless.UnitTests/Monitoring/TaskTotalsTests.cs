using Serverless.Monitoring;
using Serverless.Resilience;
using Serverless.TestSupport.Monitoring;

namespace Serverless.UnitTests.Monitoring;

public sealed class TaskTotalsTests
{
    [Fact]
    public void Add_RunsOfEveryKind_CountsThem()
    {
        var totals = Totals(
            Runs.Run("1", Runs.Noon, 100),
            Runs.Run("2", Runs.Noon.AddMinutes(2), 400),
            Runs.Run("3", Runs.Noon.AddMinutes(1), 40, ExecutionState.Retry, ErrorClass.Connection),
            Runs.Run("4", Runs.Noon, 60, ExecutionState.Failure, ErrorClass.Validation),
            Runs.Run("5", Runs.Noon, 50, ExecutionState.Revoked),
            Runs.Run("6", Runs.Noon, 50, ExecutionState.Retry));

        Assert.Equal((6, 2, 1, 2, 1), (totals.Total, totals.Succeeded, totals.Failed, totals.Retried, totals.Revoked));
        Assert.Equal(
            (700.0, 40.0, 400.0), (totals.Duration.TotalMilliseconds, totals.Minimum.TotalMilliseconds, totals.Maximum.TotalMilliseconds));
        Assert.Equal(("2", Runs.Noon.AddMinutes(2)), (totals.Slowest, totals.LastRun));
        Assert.Equal(2.0 / 3, totals.SuccessRate);
        Assert.Equal(
            (1, 1, 0),
            (totals.CountErrors(ErrorClass.Connection), totals.CountErrors(ErrorClass.Validation), totals.CountErrors(ErrorClass.Other)));
    }

    [Fact]
    public void Merge_TotalsOfTwoInstances_AreThoseOfAllRuns()
    {
        TaskExecution[] runs =
        [
            Runs.Run("1", Runs.Noon, 100), Runs.Run("2", Runs.Noon.AddSeconds(9), 5000, ExecutionState.Failure, ErrorClass.Timeout),
            Runs.Run("3", Runs.Noon.AddSeconds(3), 2), Runs.Run("4", Runs.Noon, 7, ExecutionState.Retry, ErrorClass.Other),
        ];
        var sum = Totals(runs[0], runs[2]);

        sum.Merge(Totals(runs[1], runs[3]));
        sum.Merge(new TaskTotals());

        Assert.Equivalent(Totals(runs), sum, strict: true);
        Assert.Equal((1, 1), (sum.CountErrors(ErrorClass.Timeout), sum.CountErrors(ErrorClass.Other)));
    }

    [Fact]
    public void SuccessRate_NothingCameToAnEnd_IsUnknown() =>
        Assert.Null(Totals(Runs.Run("1", Runs.Noon, 1, ExecutionState.Retry, ErrorClass.Other)).SuccessRate);

    private static TaskTotals Totals(params TaskExecution[] runs)
    {
        var totals = new TaskTotals();
        foreach (var run in runs) totals.Add(run);
        return totals;
    }
}
