using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Finishing;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Finishing;
using Serverless.TestSupport;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Workflows;

/// <summary>Ends of CSV jobs that are told to runs and to tasks, more often than once and by more than one job.</summary>
[Collection(WorkflowTests.Name)]
public sealed class FinishSignalTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Signal_OfTwoJobs_TheStepTakesTheFirst_AndTheOtherIsTold()
    {
        await using var host = await WorkflowHost.StartAsync(azurite);
        var name = await host.RegisterAsync("""
            [
              { "name": "cleaned", "type": "wait", "signal": "cleaned" },
              { "name": "asked", "type": "wait", "signal": "go" }
            ]
            """);
        var run = await host.StartRunAsync(name);
        await host.WaitAsync(run, "cleaned", StepState.Waiting);
        var target = new FinishTarget { Run = run, Signal = "cleaned" };
        var (first, second) = (await AddAsync(host, target), await AddAsync(host, target));

        await EndAsync(host, first);
        await host.WaitAsync(run, "asked", StepState.Waiting);
        await EndAsync(host, second);
        await EndAsync(host, first);

        var waiting = await host.WaitAsync(run, "asked", StepState.Waiting);
        Assert.Equal(first, waiting.Steps[0].Result!.Value.GetProperty("id").GetString());
        Assert.Empty(await ListUntoldAsync(host, [first, second]));
        var signal = new Uri($"/api/workflows/runs/{run}/signals/go", UriKind.Relative);
        using var go = await host.Http.PostAsync(signal, new StringContent("{}"));
        Assert.Equal(first, (await host.WaitAsync(run, RunState.Completed)).Steps[0].Result!.Value.GetProperty("id").GetString());

        // The run has ended: nobody is there to be told, and nothing is left to look at.
        var third = await AddAsync(host, target);
        await EndAsync(host, third);
        Assert.Empty(await ListUntoldAsync(host, [third]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Task_CutOffAtEachWrite_IsSentOnce(bool isMade)
    {
        var writes = new CutOffWrites { IsMade = isMade };
        await using var host = await WorkflowHost.StartAsync(
            azurite, services => services.AddSingleton(writes.Open(azurite.ConnectionString)));
        var (cutOff, jobs) = (0, new List<string>());
        for (var isWhole = false; !isWhole;)
        {
            var args = JsonSerializer.SerializeToElement(new { text = $"told-{cutOff}" });
            var job = await AddAsync(host, new FinishTarget { Task = "test.script", Args = args });
            jobs.Add(job);
            writes.At = cutOff + 1;
            try
            {
                await EndAsync(host, job);
                isWhole = true;
            }
            catch (InvalidOperationException)
            {
                cutOff++;
            }

            writes.At = null;
            await host.Services.GetRequiredService<CsvJobStore>().MoveAsync(job, CsvJobState.Failed, null, CancellationToken.None);
            await host.Services.GetRequiredService<UntoldEnds>().ReconcileAsync(host.Tasks.Durable, job, CancellationToken.None);
        }

        Assert.True(cutOff > 3, $"{cutOff} writes");
        Assert.Empty(await ListUntoldAsync(host, jobs));
        await Eventually.TrueAsync(() => Task.FromResult(host.Script.Runs.DistinctBy(r => r.Args.Text).Count() == jobs.Count));

        // A task may run more than once, as every task may; it was sent once where all its runs have one id.
        Assert.Equal(jobs.Count, host.Script.Runs.DistinctBy(r => r.Id).Count());
    }

    private static async Task<string> AddAsync(WorkflowHost host, FinishTarget target)
    {
        var options = new CsvJobOptions { OnFinished = target }.ToCanonicalJson();
        var job = new CsvJobEntity { RowKey = $"csv-{Guid.NewGuid():N}", Path = "a.csv", Options = options };
        await host.Services.GetRequiredService<CsvJobStore>().AddAsync(job, CancellationToken.None);
        return job.RowKey;
    }

    private static async Task EndAsync(WorkflowHost host, string job)
    {
        await host.Services.GetRequiredService<CsvJobStore>().MoveAsync(job, CsvJobState.Failed, null, CancellationToken.None);
        await host.Services.GetRequiredService<FinishTeller>().TellAsync(host.Tasks.Durable, job, CancellationToken.None);
    }

    private static async Task<List<string>> ListUntoldAsync(WorkflowHost host, IReadOnlyList<string> jobs)
    {
        var untold = new List<string>();
        var store = host.Services.GetRequiredService<CsvJobStore>();
        await foreach (var id in store.Untold.ListAsync(DateTimeOffset.MaxValue, CancellationToken.None))
        {
            if (jobs.Contains(id)) untold.Add(id);
        }

        return untold;
    }
}
