using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using Serverless.IntegrationTests.Tasks;
using Serverless.Monitoring;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;
using Serverless.TestSupport.Monitoring;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Monitoring;

/// <summary>The spans and measures of tasks on a real host, as an exporter gets them.</summary>
[Collection(TaskTests.Name)]
public sealed class TelemetryTests(AzuriteFixture azurite)
{
    private readonly ConcurrentQueue<Activity> _spans = [];

    [Theory]
    [InlineData("test.script")]
    [InlineData("test.long")]
    public async Task Trace_SendRetryAndRun_IsOneFromTheCallerToTheLastAttempt(string task)
    {
        using var listener = Listen();
        await using var host = await StartAsync($"Trace{task.Length}");
        host.Script.Run = (_, context) => context.Attempt == 0 ? throw new HttpRequestException("down") : Task.FromResult<object?>(1);
        using var caller = new Activity("caller").Start();
        var id = await host.SendAsync(task: task);
        caller.Stop();
        await host.RetryAsync(id, 1);
        await host.WaitAsync(id, TaskState.Success);
        await host.IdleAsync();

        await Eventually.TrueAsync(
            () => Of(id).Count(s => s.Kind == ActivityKind.Consumer && s.GetTagItem("serverless.task.state") is not null) == 2);
        var spans = Of(id);
        Assert.All(spans, s => Assert.Equal(caller.TraceId, s.TraceId));
        var send = Assert.Single(spans, s => s.Kind == ActivityKind.Producer);
        Assert.Equal((caller.SpanId, $"send {task}"), (send.ParentSpanId, send.DisplayName));
        Assert.Contains(spans, s => s.ParentSpanId == send.SpanId && s.DisplayName == $"process {task}");
        var failed = Assert.Single(spans, s => s.Status == ActivityStatusCode.Error);
        Assert.Equal(
            ("RETRY", "Connection", 0),
            (failed.GetTagItem("serverless.task.state"), failed.GetTagItem("error.type"), failed.GetTagItem("serverless.task.attempt")));
        var last = Assert.Single(spans, s => "SUCCESS".Equals(s.GetTagItem("serverless.task.state")));
        Assert.Equal(1, last.GetTagItem("serverless.task.attempt"));

        // Every span but the first hangs on one of this task.
        Assert.All(spans.Where(s => s != send), s => Assert.Contains(spans, parent => parent.SpanId == s.ParentSpanId));
    }

    [Fact]
    public async Task Metrics_RunsThatEnd_AreCountedAndMeasuredAndNoLongerActive()
    {
        var measures = new ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == Telemetry.Name) l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => measures.Enqueue((instrument.Name, value, new(tags.ToArray()))));
        listener.SetMeasurementEventCallback<double>(
            (instrument, value, tags, _) => measures.Enqueue((instrument.Name, value, new(tags.ToArray()))));
        listener.Start();
        await using var host = await StartAsync("Metrics");
        host.Script.Run = (args, _) => args.Text == "bad" ? throw new InvalidCastException("bad") : Task.FromResult<object?>(1);
        await host.WaitAsync(await host.SendAsync(new ScriptArgs(Tenant: "t"), task: "tenant_test.script"), TaskState.Success);
        await host.WaitAsync(
            await host.SendAsync(
                new ScriptArgs("bad", Tenant: "t"), new SendOptions { MaxRetries = 0 }, "tenant_test.script"), TaskState.Failure);
        await host.IdleAsync();

        var mine = measures.Where(m => "tenant_test.script".Equals(m.Tags.GetValueOrDefault("serverless.task.name"))).ToList();
        var runs = mine.Where(m => m.Name == "serverless.task.runs")
            .Select(
                m =>
                    (m.Tags["serverless.task.state"], m.Tags.GetValueOrDefault(
                        "error.type"), m.Tags["messaging.destination.name"], m.Value));
        Assert.Equal([("SUCCESS", null, "tenants", 1), ("FAILURE", "Other", "tenants", 1)], runs);
        Assert.Equal(2, mine.Count(m => m.Name == "serverless.task.duration" && m.Value >= 0));
        Assert.Equal([1, -1, 1, -1], mine.Where(m => m.Name == "serverless.task.active").Select(m => m.Value));
    }

    private Task<TaskHost> StartAsync(string name)
    {
        var time = new FakeTimeProvider(Runs.Noon);
        return TaskHost.StartAsync(azurite, new MonitorTables(azurite, name, time).Register, time: time);
    }

    private ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private List<Activity> Of(string id) => [.. _spans.Where(s => id.Equals(s.GetTagItem("messaging.message.conversation_id")))];
}
