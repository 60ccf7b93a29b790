using Serverless.Jobs;

namespace Serverless.UnitTests.Scaling;

public sealed class ScalingPolicyTests
{
    [Theory]
    [InlineData(4, 41, 50, 50, 5)]      // more than 10 each
    [InlineData(4, 40, 50, 50, 4)]      // exactly 10 each
    [InlineData(4, 8, 50, 50, 4)]       // exactly 2 each
    [InlineData(4, 7, 50, 50, 3)]       // fewer than 2 each
    [InlineData(4, 0, 50, 50, 3)]
    [InlineData(2, 0, 50, 50, 2)]       // never under the least
    [InlineData(20, 100_000, 50, 50, 20)] // never over the most
    [InlineData(4, 1_000, 90, 90, 5)]   // 90 % is not over 90 %
    [InlineData(4, 1_000, 90.1, 50, 3)] // a busy CPU takes one away, whatever waits
    [InlineData(4, 1_000, 50, 90.1, 3)] // and so does memory
    [InlineData(2, 1_000, 99, 99, 2)]
    [InlineData(0, 0, 0, 0, 2)]
    [InlineData(25, 1_000, 0, 0, 20)]   // a start outside the limits comes back to them
    public void Decide_Load_StepsByOne(int consumers, long pending, double cpu, double memory, int expected) =>
        Assert.Equal(expected, new ScalingPolicy(new ScalingLimits()).Decide(consumers, pending, cpu, memory));

    [Fact]
    public void Decide_SteadyBacklog_ReachesTheMostOneByOne()
    {
        var policy = new ScalingPolicy(new ScalingLimits());
        var consumers = policy.Limits.Min;
        var steps = new List<int>();
        while (consumers < policy.Limits.Max) steps.Add(consumers = policy.Decide(consumers, 10_000, 10, 10));

        Assert.Equal(Enumerable.Range(3, 18), steps);
    }
}
