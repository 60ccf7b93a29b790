using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Serverless.Tasks.Running;
using Serverless.Tasks.Store;

namespace Serverless.UnitTests.Tasks;

public sealed class TaskLogBoundsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<byte[]> _saved = [];

    [Fact]
    public void Take_NothingWasLogged_IsNothing()
    {
        var log = Create();
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Null(log.Take());
        Assert.Empty(_saved);
    }

    [Fact]
    public void Take_ManyLines_AreTheLast()
    {
        var log = Create();
        for (var i = 0; i < 1_000; i++) log.Add(LogLevel.Information, $"{i}");

        var content = TaskLogContent.Read(log.Take()!);

        Assert.Equal((800, TaskLog.MaxLines), (content.Dropped, content.Lines.Count));
        Assert.Equal(("800", "999"), (content.Lines[0].Message, content.Lines[^1].Message));
        Assert.Null(log.Take());
    }

    [Fact]
    public void Take_LargeLines_StayWithinTheBounds()
    {
        var log = Create();
        for (var i = 0; i < 300; i++) log.Add(LogLevel.Error, Convert.ToHexString(RandomNumberGenerator.GetBytes(5_000)));

        var stored = log.Take()!;

        Assert.InRange(stored.Length, 1, TaskLog.MaxStoredBytes);
        var content = TaskLogContent.Read(stored);
        Assert.Equal(300, content.Dropped + content.Lines.Count);
        Assert.All(content.Lines, l => Assert.Equal(TaskLog.MaxLineLength + 1, l.Message.Length));
    }

    [Fact]
    public void Add_LongRun_IsSavedEveryFiveSecondsAtMost()
    {
        var log = Create();
        for (var i = 0; i < 100; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(200));
            log.Add(LogLevel.Information, "line");
        }

        Assert.Equal(4, _saved.Count);
        Assert.Null(log.Take());
    }

    [Fact]
    public void Add_AfterTheEnd_IsNotTaken()
    {
        var log = Create();
        log.Add(LogLevel.Information, "in time");
        log.End();
        log.Add(LogLevel.Information, "too late");

        Assert.Equal("in time", Assert.Single(TaskLogContent.Read(log.Take()!).Lines).Message);
    }

    [Fact]
    public void Add_AttemptAfterAnother_GoesOnWithItsLog()
    {
        var first = Create();
        first.Add(LogLevel.Information, "first");
        var second = new TaskLog(1, first.Take(), _time, _ => Task.CompletedTask);
        Assert.Null(second.Take());

        second.Add(LogLevel.Information, "second");

        Assert.Equal(
            [(0, "first"), (1, "second")], TaskLogContent.Read(second.Take()!).Lines.Select(l => (l.Attempt, l.Message)));
    }

    [Fact]
    public void Add_EarlierLogIsBroken_StartsAnew()
    {
        var log = new TaskLog(1, [1, 2, 3], _time, _ => Task.CompletedTask);

        log.Add(LogLevel.Information, "line");

        Assert.Single(TaskLogContent.Read(log.Take()!).Lines);
    }

    [Theory]
    [InlineData("Orders.Import", true)]
    [InlineData("Serverless.Examples.FolderSize", true)]
    [InlineData("Azure.Core", false)]
    [InlineData("System.Net.Http.HttpClient", false)]
    [InlineData("Microsoft.DurableTask", false)]
    public async Task Provider_WithinAHandler_TakesItsLinesOnly(string category, bool isTaken)
    {
        using var provider = new TaskLogProvider();
        var logger = provider.CreateLogger(category);
        var log = Create();
        Assert.False(logger.IsEnabled(LogLevel.Error));

        await Task.Run(() =>
        {
            log.Enter();
            logger.Log(LogLevel.Information, default, "line", null, (state, _) => state);
        });
        logger.Log(LogLevel.Information, default, "outside", null, (state, _) => state);

        Assert.Equal(isTaken, log.Take() is { } stored && TaskLogContent.Read(stored).Lines.Count == 1);
    }

    private TaskLog Create() => new(0, null, _time, stored =>
    {
        _saved.Add(stored);
        return Task.CompletedTask;
    });
}
