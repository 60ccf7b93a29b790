using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.IntegrationTests.Tasks;
using Serverless.Monitoring;
using Serverless.Monitoring.Recording;
using Serverless.Monitoring.Store;
using Serverless.Reports;
using Serverless.Resilience;
using Serverless.Tasks;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Reports;

/// <summary>Makes the report of a day of its own, and reads it.</summary>
public abstract class DailyReportTestBase(AzuriteFixture azurite)
{
    private static int _tests;

    // A report's task is known by its day: every test has one of its own.
    private protected DateOnly Day { get; } = new DateOnly(2026, 1, 30).AddDays(1000 * Interlocked.Increment(ref _tests));

    private protected AzuriteFixture Azurite => azurite;

    private protected DateTimeOffset Morning => DailyReportCollector.GetBounds(Day).To.AddHours(6);

    private protected async Task<TaskHost> StartAsync(
        DateTimeOffset? now = null, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null,
        Type[]? more = null)
    {
        await Azurite.Blobs.GetBlobContainerClient(ReportStore.Container).DeleteIfExistsAsync();
        await Azurite.Tables.DeleteTableAsync("TaskTotals");
        return await TaskHost.StartAsync(
            Azurite, services, settings, time: new FakeTimeProvider(
                now ?? Morning), functions: [typeof(ReportFunctions), .. more ?? []]);
    }

    private protected static Task MakeAsync(TaskHost host) =>
        ActivatorUtilities.CreateInstance<DailyReportTimer>(host.Services).RunAsync(new(host.Durable), CancellationToken.None);

    private protected static async Task<DailyReport> ReportAsync(TaskHost host, DateOnly date)
    {
        var store = host.Services.GetRequiredService<ReportStore>();
        await Eventually.TrueAsync(async () => (await store.ListAsync(CancellationToken.None)).Contains(date));
        return DailyReportFiles.FromJson((await store.FindAsync(date, ReportFormat.Json, CancellationToken.None))!);
    }

    private protected static async Task<string> TextAsync(TaskHost host, string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await host.Http.GetAsync(new Uri($"/api/{path}", UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{response.StatusCode}: {text}");
        return text;
    }

    /// <summary>Has an instance of the app, long gone, record runs of the day before.</summary>
    private protected async Task RecordAsync(
        TaskHost host, params (string Task, string Lane, double Hour, ExecutionState State, double Seconds)[] runs)
    {
        var time = new FakeTimeProvider(Morning.AddHours(-31));
        var services = host.Services;
        var recorder = new ExecutionRecorder(
            new AppInstance(
                Guid.NewGuid().ToString("N")), services.GetRequiredService<ExecutionStore>(), services.GetRequiredService<TotalsStore>(),
            services.GetRequiredService<InstanceStore>(), new CircuitBreakers(
                time), time, Microsoft.Extensions.Logging.Abstractions.NullLogger<ExecutionRecorder>.Instance);
        foreach (var (run, i) in runs.OrderBy(r => r.Hour).Select((r, i) => (r, i)))
        {
            var ended = new DateTimeOffset(Day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddHours(run.Hour);
            time.SetUtcNow(ended);
            var took = TimeSpan.FromSeconds(run.Seconds);
            recorder.RecordEnd(
                new TaskExecution(
                    $"{run.Task}-{i}", run.Task, run.Lane, 0, run.State, run.State is ExecutionState.Failure or ExecutionState.Retry
                        ? ErrorClass.Timeout : null, ended - took, took, 0));

            // Hours that are long over are not stored any more.
            await recorder.StoreAsync(CancellationToken.None);
        }

        await recorder.DisposeAsync();
    }

    private protected sealed class AnyContext : TaskContext
    {
        public override string Id => "any";

        public override string Name => DailyReportTimer.Task;

        public override int Attempt => 0;

        public override string? Tenant => null;

        public override CancellationToken CancellationToken => CancellationToken.None;

        public override Microsoft.Extensions.Logging.ILogger Logger => Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public override ValueTask ReportAsync(long current, long total, string? status = null) => ValueTask.CompletedTask;
    }
}
