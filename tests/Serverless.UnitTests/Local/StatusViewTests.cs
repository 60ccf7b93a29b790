using Microsoft.Extensions.Time.Testing;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.Local.Commands;
using Serverless.Local.Jobs;
using Serverless.Local.Screens;

namespace Serverless.UnitTests.Local;

public sealed class StatusViewTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _errors = new() { NewLine = "\n" };

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Show_Jobs_FitTheLineAndNumbersStandRight(int width)
    {
        new StatusView(Screen(width), _time).Show(
        [
            Job("csv-0123456789abcdef0123456789abcdef", "incoming/in/a folder/the orders of the whole year, all countries.csv",
                CsvJobState.Completed, 123_456_789, 1_234),
            Job("csv-fedcba9876543210fedcba9876543210", "incoming/b.csv", CsvJobState.Running, null, null),
            Job("csv-00112233445566778899aabbccddeeff", "incoming/c.csv", CsvJobState.Cancelled, 7, 0),
        ]);

        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        AssertRight("Records", "123,456,789", lines[0], lines[1]);
        AssertRight("Records", " 7", lines[0], lines[3]);
        AssertRight("Rejected", "1,234", lines[0], lines[1]);
    }

    [Fact]
    public void Report_CancelledJob_IsOneSentence()
    {
        var path = Path.GetTempFileName();
        try
        {
            var completed = new JobReport(Screen(80)).Show(
                new SourceFile(path), Job("csv-1", "incoming/b.csv", CsvJobState.Cancelled, null, null), []);

            Assert.False(completed);
            Assert.Equal("Job csv-1 ended as Cancelled.", _errors.ToString().Trim());
            Assert.Empty(_output.ToString());
        }
        finally
        {
            File.Delete(path);
        }
    }

    private PlainScreen Screen(int width) => new(_output, _errors, _time, width);

    private CsvJobStatus Job(string id, string file, CsvJobState state, long? records, long? rejected) =>
        new(id, file, state, null, [], null, records, records - rejected, rejected, _time.GetUtcNow().AddMinutes(-90), null);

    private static void AssertRight(string heading, string number, string headings, string line) => Assert.Equal(
        headings.IndexOf(heading, StringComparison.Ordinal) + heading.Length,
        line.IndexOf(number, StringComparison.Ordinal) + number.Length);
}
