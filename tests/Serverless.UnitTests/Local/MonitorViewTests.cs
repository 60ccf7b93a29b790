using Microsoft.Extensions.Time.Testing;
using Serverless.Local.Commands.Monitor;
using Serverless.Local.Screens;
using Serverless.Monitoring;

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
    }
}
