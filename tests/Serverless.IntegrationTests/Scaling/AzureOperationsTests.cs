using Serverless.Local.Planning;
using Serverless.TestSupport.Scale;
using Xunit.Abstractions;

namespace Serverless.IntegrationTests.Scaling;

/// <summary>Tests beside which nothing else runs: the broker's client tells of all that the process asks of any broker.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CountingTests
{
    public const string Name = "Counting";
}

/// <summary>The figures of the costs and of the simulation are what the code asks of the broker and of storage, within 5 %.</summary>
[Collection(CountingTests.Name)]
public sealed class AzureOperationsTests(AzureOperationsTests.Fixture fixture, ITestOutputHelper output)
    : IClassFixture<AzureOperationsTests.Fixture>
{
    private readonly SmallRuns _runs = fixture.Runs;

    [Fact]
    public async Task Tasks_EachAlone_AskForWhatIsReckoned() =>
        Near(AzureOperations.OfTask * 20, await _runs.TasksAsync(20, CancellationToken.None));

    [Theory]
    [InlineData(18)]
    [InlineData(36)]
    [InlineData(54)]
    public async Task Csv_OfRanges_AsksForWhatIsReckoned(int ranges)
    {
        var (counted, forecast) = await _runs.CsvAsync(ranges, CancellationToken.None);

        Assert.Equal(ranges, forecast.Ranges);
        Near(AzureOperations.OfCsv(forecast), counted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task Workflows_OfSteps_AskForWhatIsReckoned(int steps) =>
        Near(AzureOperations.OfRun(steps) * 5, await _runs.WorkflowsAsync(5, steps, CancellationToken.None));

    private void Near(AzureOperations reckoned, AzureOperations counted)
    {
        output.WriteLine($"reckoned {reckoned}\ncounted  {counted}");
        foreach (var ((name, expected), (_, real)) in reckoned.List().Zip(counted.List()))
            Assert.True(Math.Abs(expected - real) <= real * 0.05m, $"{name}: {expected} are reckoned, and {real} were counted.");
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal SmallRuns Runs { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Runs = await SmallRuns.StartAsync(CancellationToken.None);

            // What is made at its first use is made by then.
            await Runs.TasksAsync(2, CancellationToken.None);
            await Runs.CsvAsync(1, CancellationToken.None);
        }

        public Task DisposeAsync() => Runs.DisposeAsync().AsTask();
    }
}
