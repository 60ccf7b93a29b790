using Microsoft.Extensions.Time.Testing;
using Serverless.Local.Commands;
using Serverless.Local.Screens;
using Serverless.Monitoring;
using Serverless.Monitoring.Endpoints;
using Serverless.Resilience;

namespace Serverless.UnitTests.Local;

public sealed class MonitorViewTests
{
    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Show_Tasks_FitTheLine(int width)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        var output = new StringWriter { NewLine = "\n" };
        var view = new MonitorView(new PlainScreen(output, TextWriter.Null, time, width), time);

        view.Show((TaskStatistics[])
        [
            new("pipeline.validate_a_rather_long_name_of_a_task", 12, 1_234_567, 1_234_000, 567, 89, 1, 0.9995, 12.5, 0.1, 98_765.4, 10, 40,
                900, null, time.GetUtcNow().AddMinutes(-3)),
            new("demo.add", 0, 1, 1, 0, 0, 0, 1, 5, 5, 5, 5, 5, 5, null, time.GetUtcNow().AddDays(-3)),
        ]);

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.Contains("1,234,567", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("demo.add  ", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("  3 d ago", lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Show_SlowRunsAndFailures_FitTheLineAndNumbersStandRight(int width)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        var output = new StringWriter { NewLine = "\n" };
        var view = new MonitorView(new PlainScreen(output, TextWriter.Null, time, width), time);
        var (id, name, hourAgo) = ("0123456789abcdef0123456789abcdef", "pipeline.validate_a_rather_long_name_of_a_task",
            time.GetUtcNow().AddHours(-1));

        view.Show((RunningTask[])[new(id, name, "data_processing", 12, hourAgo), new(id, "demo.add", "default", 0, hourAgo)]);
        view.Show(new FailureAnalysis(
            hourAgo, 1_234_567, 89_012,
            [new(name, 89_000, 12, 0.0721, [new(ErrorClass.Validation, 80_000), new(ErrorClass.Timeout, 9_000)]),
                new("demo.add", 12, 0, 0.5, [new(ErrorClass.Other, 12)])],
            [new("data_processing", 89_012, 12, 0.07, [new(ErrorClass.Validation, 89_012)])],
            [new(ErrorClass.Validation, 89_012)],
            [new(id, name, "data_processing", 3, ExecutionState.Failure, ErrorClass.ResourceExhaustion, hourAgo, TimeSpan.FromSeconds(1),
                1)]));

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        var headings = Array.FindIndex(lines, line => line.StartsWith("Task ", StringComparison.Ordinal)
            && line.Contains("Given up", StringComparison.Ordinal));
        Assert.Equal(
            lines[headings].IndexOf("Failures", StringComparison.Ordinal) + "Failures".Length,
            lines[headings + 1].IndexOf("89,000", StringComparison.Ordinal) + "89,000".Length);
        Assert.Equal(
            lines[headings].IndexOf("Failures", StringComparison.Ordinal) + "Failures".Length,
            lines[headings + 2].IndexOf(" 12 ", StringComparison.Ordinal) + " 12".Length);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Show_Health_FitsTheLineAndNumbersStandRight(int width)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        var output = new StringWriter { NewLine = "\n" };
        var hour = new HealthPeriod(7, 6, 1, 0, 0, 0.857, 12);
        var day = new HealthPeriod(123_456_789, 123_456_000, 700, 80, 9, 0.999, 98_765);

        CheckOutcome[] checks =
        [
            new("storage", "healthy", null), new("queues", "unhealthy", null), new("breakers", "healthy", null),
            new("dead_letters", "degraded",
                "A thousand messages of the queue data_processing have been waiting for days, until somebody looks at them."),
        ];

        PausedWork[] pauses =
        [
            new("task", "billing.charge", time.GetUtcNow(), Breaker: "https://payments.example.org:8443/v2", Probing: true),
            new("schedule", "nightly", time.GetUtcNow(), "ada"),
            new("queue", "email"),
        ];

        new MonitorView(new PlainScreen(output, TextWriter.Null, time, width), time).Show(
            new HealthOverview("unhealthy", checks, new SystemHealth(time.GetUtcNow(), 1, 1, [], 24, day, hour), pauses));

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.Contains("Paused: queue email.", lines);
        Assert.Equal(
            lines[^2].IndexOf(" 7 ", StringComparison.Ordinal) + " 7".Length,
            lines[^1].IndexOf("123,456,789", StringComparison.Ordinal) + "123,456,789".Length);
    }
}
