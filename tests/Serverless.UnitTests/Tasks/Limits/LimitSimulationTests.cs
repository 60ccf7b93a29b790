using Serverless.Tasks.Limits;
using Serverless.TestSupport.Limits;

namespace Serverless.UnitTests.Tasks.Limits;

/// <summary>Many instances and keys on virtual time. The benchmark <c>limits</c> does the same with a thousand instances.</summary>
public sealed class LimitSimulationTests
{
    private const int Keys = 200;
    private const int NoisyKey = 0;

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void Rates_ManyInstancesRace_NoKeyPassesItsLimitAndAllStart(int burst)
    {
        var rate = new Rate(20, TimeSpan.FromSeconds(10));
        var (simulation, sent) = SimulateRates(rate, burst, noisy: 1_500, seed: 11);

        Assert.Equal(sent, simulation.Starts.Sum(s => s.Count));
        foreach (var starts in simulation.Starts)
        {
            starts.Sort();
            var most = rate.Count + burst - 1;
            for (var i = most; i < starts.Count; i++) Assert.True(starts[i] - starts[i - most] >= rate.Per.Ticks);
        }
    }

    [Fact]
    public void Rates_NoisyNeighbour_CostsOthersLittle()
    {
        var rate = new Rate(20, TimeSpan.FromSeconds(10));

        var quiet = OfOthers(SimulateRates(rate, burst: 1, noisy: 0, seed: 5).Simulation.Waits);
        var noisy = OfOthers(SimulateRates(rate, burst: 1, noisy: 1_500, seed: 5).Simulation.Waits);

        Assert.InRange(noisy, TimeSpan.Zero, (quiet * 1.1) + TimeSpan.FromMilliseconds(5));
    }

    [Fact]
    public void Rates_Backlog_IsWorkedOffNearlyAsFastAsAllowed()
    {
        var rate = new Rate(20, TimeSpan.FromSeconds(10));
        var (simulation, _) = SimulateRates(rate, burst: 1, noisy: 1_500, seed: 3);

        var starts = simulation.Starts[NoisyKey];
        var perSecond = (starts.Count - 1) / TimeSpan.FromTicks(starts.Max() - starts.Min()).TotalSeconds;

        // One message in a hundred comes seconds late, and its place in the line is lost.
        Assert.InRange(perSecond, 1.7, 2);
    }

    [Fact]
    public void Slots_InstancesDieAndTheLimitChanges_IsKeptAndNothingIsLost()
    {
        var change = TimeSpan.FromSeconds(60);
        var simulation = new SlotSimulation(instances: 25, sessionsOfInstance: 8, Keys, slots: 5, new Random(2));
        var sent = SendTasks(simulation, noisy: 2_000, new Random(4));
        for (var kill = 0; kill < 30; kill++) simulation.Kill(TimeSpan.FromSeconds(kill * 4), kill % 25);
        simulation.ChangeSlots(change, 2);
        simulation.Run();

        Assert.Equal(sent, simulation.Ended.Count);
        for (var key = 0; key < Keys; key++)
        {
            Assert.InRange(simulation.CountMostAtOnce(key, TimeSpan.Zero, change), 0, 5);
            Assert.InRange(simulation.CountMostAtOnce(key, change, TimeSpan.MaxValue), 0, 2);
        }

        Assert.Equal(5, simulation.CountMostAtOnce(NoisyKey, TimeSpan.Zero, change));
        Assert.Equal(2, simulation.CountMostAtOnce(NoisyKey, change, TimeSpan.MaxValue));
    }

    [Fact]
    public void Slots_NoisyNeighbour_CostsOthersLittle()
    {
        var (quiet, noisy) = (Wait(0), Wait(20_000));

        Assert.InRange(noisy, TimeSpan.Zero, quiet * 1.1);

        static TimeSpan Wait(int count)
        {
            var simulation = new SlotSimulation(instances: 25, sessionsOfInstance: 8, Keys, slots: 5, new Random(2));
            SendTasks(simulation, count, new Random(4));
            simulation.Run();
            return OfOthers(simulation.Waits);
        }
    }

    [Fact]
    public void Slots_LimitGrows_WorkThatWaitsMovesToTheNewOnes()
    {
        var change = TimeSpan.FromSeconds(10);
        var simulation = new SlotSimulation(instances: 10, sessionsOfInstance: 8, keys: 1, slots: 1, new Random(2));
        for (var i = 0; i < 500; i++) simulation.Send(NoisyKey, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        simulation.ChangeSlots(change, 10);
        simulation.Run();

        Assert.Equal(1, simulation.CountMostAtOnce(NoisyKey, TimeSpan.Zero, change));
        Assert.Equal(10, simulation.CountMostAtOnce(NoisyKey, change, TimeSpan.MaxValue));
        Assert.Equal(500, simulation.Ended.Count);
    }

    private static (RateSimulation Simulation, int Sent) SimulateRates(Rate rate, int burst, int noisy, int seed)
    {
        var simulation = new RateSimulation(instances: 50, Keys, new RatePace(rate, burst, weight: 1), new Random(seed));
        var random = new Random(seed + 1);
        var sent = 0;
        for (var key = 1; key < Keys; key++)
        {
            for (var i = 0; i < 10; i++, sent++) simulation.Send(key, TimeSpan.FromSeconds(60 * random.NextDouble()));
        }

        for (var i = 0; i < noisy; i++, sent++) simulation.Send(NoisyKey, TimeSpan.FromSeconds(5 * random.NextDouble()));
        simulation.Run();
        return (simulation, sent);
    }

    private static int SendTasks(SlotSimulation simulation, int noisy, Random random)
    {
        var sent = 0;
        for (var key = 1; key < Keys; key++)
        {
            for (var i = 0; i < 30; i++, sent++)
                simulation.Send(key, TimeSpan.FromSeconds(120 * random.NextDouble()), TimeSpan.FromMilliseconds(random.Next(100, 2_000)));
        }

        for (var i = 0; i < noisy; i++, sent++)
            simulation.Send(NoisyKey, TimeSpan.FromSeconds(random.NextDouble()), TimeSpan.FromMilliseconds(random.Next(100, 1_000)));
        return sent;
    }

    private static TimeSpan OfOthers(List<long>[] waits) => Percentiles.Of(waits.Skip(1).SelectMany(w => w), 0.99);
}
