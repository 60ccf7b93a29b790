using Azure.Data.Tables;
using Serverless.Tasks;
using Serverless.Tasks.Store;

namespace Serverless.UnitTests.Tasks;

public sealed class TaskMarksTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly string Generated = Guid.CreateVersion7(Now).ToString("N");

    [Fact]
    public void Of_SentTask_SaysWhenItIsForgottenThatItIsOpenAndWhatItIs()
    {
        var marks = TaskMarks.Of(Sent(Generated)).ToList();

        // Two for the bucket, and two each for the name and both tags.
        Assert.Equal(8, marks.Count);
        Assert.Equal(8, marks.Distinct().Count());
        Assert.Contains($"~~o{TaskKey.BuildRow(Generated)[..8]}", marks);
    }

    [Fact]
    public void Of_TasksOfOneMoment_AreTheSameMarks()
    {
        var marks = Enumerable.Range(0, 50).SelectMany(_ => TaskMarks.Of(Sent(Guid.CreateVersion7(Now).ToString("N"))));

        Assert.Equal(8, marks.Distinct().Count());
    }

    [Fact]
    public void Of_EndedTask_IsNotOpen()
    {
        var change = TaskRows.Change(Generated);
        (change[TaskRows.State], change[TaskRows.Forgotten]) = (nameof(TaskState.Success), Now.AddHours(1));

        Assert.Equal(TaskMarks.BuildExpiryKey(Now.AddHours(1), TaskKey.BuildRow(Generated)[..8]), Assert.Single(TaskMarks.Of(change)));
    }

    [Fact]
    public void Of_FailedTask_IsFoundByItsState()
    {
        var change = TaskRows.Change(Generated);
        (change[TaskRows.State], change[TaskRows.Forgotten]) = (nameof(TaskState.Failure), Now.AddHours(1));
        var word = TaskMarks.WordOf(new TaskFilter(TaskState.Failure))!;

        var bucket = TaskKey.BuildRow(Generated)[..8];
        Assert.Contains(TaskMarks.Of(change), mark => TaskMarks.IsWord(mark)
            && TaskMarks.WordFilter("0", word, bucket, bucket).Contains($"'{mark}'", StringComparison.Ordinal));
        Assert.Null(TaskMarks.WordOf(new TaskFilter(TaskState.Success)));
        Assert.Null(TaskMarks.WordOf(new TaskFilter(Text: "x")));
    }

    [Fact]
    public void Of_ChosenId_StandsForItsRowAndIsListedByItsTime()
    {
        var marks = TaskMarks.Of(Sent("order-1")).ToList();

        Assert.Contains("~~o~order-1", marks);
        Assert.All(marks.Where(TaskMarks.IsWord), mark => Assert.Equal(TaskKey.FormatTime(Now)[..8], TaskMarks.BucketOf(mark)));
        Assert.False(TaskMarks.IsBucket("~1234567"));
    }

    // Callers may choose an id that looks like one of any time.
    [Theory]
    [InlineData("ffffffffffff7000ffffffffffffffff")]
    [InlineData("00000000000070000000000000000000")]
    public void Of_IdOfAnyTime_HasMarks(string id) =>
        Assert.NotEmpty(TaskMarks.Of(Sent(id)).Select(mark => TaskMarks.CalculateKnownUntil(mark, default)));

    [Fact]
    public void Runs_BucketsThatFollowEachOther_AreOne()
    {
        var runs = TaskMarks.ListRuns(["0000000a", "~chosen", "00000009", "0000000b", "0000000a", "000000ff", "~abcdefg"]);

        Assert.Equal([("00000009", "0000000b"), ("000000ff", "000000ff"), ("~abcdefg", "~abcdefg"), ("~chosen", "~chosen")], runs);
    }

    [Fact]
    public void TimeOf_Bucket_IsBehindAllOfItsRows()
    {
        var bucket = TaskKey.BuildRow(Generated)[..8];

        Assert.InRange(TaskMarks.TimeOf(bucket), Now, Now.AddSeconds(66));
    }

    private static TableEntity Sent(string id)
    {
        var change = TaskRows.Change(id);
        (change[TaskRows.Task], change[TaskRows.Tags], change[TaskRows.Enqueued]) = ("demo.add", "a|customer:7", Now);
        change[TaskRows.Forgotten] = Now.AddDays(30);
        return change;
    }
}
