using Azure.Data.Tables;
using Microsoft.Extensions.Time.Testing;
using Serverless.Storage;
using Serverless.Tasks.Store;
using Serverless.TestSupport.Tables;

namespace Serverless.UnitTests.Tasks;

/// <summary>The order of what waits for a slow table.</summary>
public sealed class TaskTableWriterTests : IDisposable
{
    private const int Many = 5_000;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly HeldTable _table = new();
    private readonly TaskTableWriter _sut;

    public TaskTableWriterTests() => _sut = new TaskTableWriter(new LazyTable(_table.Account, "held"), _time);

    public void Dispose() => _sut.Dispose();

    [Fact]
    public async Task Merge_EndBehindThousandsOfSends_IsTheNextTransaction()
    {
        var sent = Enumerable.Range(0, Many).Select(i => _sut.MergeSentAsync(Change($"s{i}"))).ToList();
        var onItsWay = await _table.NextAsync();

        var ended = _sut.MergeAsync(Change("end"), new RowVersion(_time.GetUtcNow()));
        var next = await _table.NextAsync();
        Assert.Equal(["end"], next.Keys);
        next.Pass();
        await ended;

        Assert.DoesNotContain(sent, s => s.IsCompleted);
        onItsWay.Pass();
        await PassAllAsync(Task.WhenAll(sent));
    }

    [Fact]
    public async Task MergeSent_BehindThousandsOfEnds_IsTheNextTransaction()
    {
        var version = new RowVersion(_time.GetUtcNow());
        var ended = Enumerable.Range(0, Many).Select(i => _sut.MergeAsync(Change($"e{i}"), version)).ToList();
        var onItsWay = await _table.NextAsync();

        var sent = _sut.MergeSentAsync(Change("s"));
        var next = await _table.NextAsync();
        Assert.Equal(["s"], next.Keys);
        next.Pass();
        await sent;

        onItsWay.Pass();
        await PassAllAsync(Task.WhenAll(ended));
    }

    [Fact]
    public async Task MergeSent_ToManyPartitions_HasFewRowsOnTheirWay()
    {
        var sent = Task.WhenAll(Enumerable.Range(0, 4_000).Select(
            i => _sut.MergeSentAsync(new TableEntity($"{i % 8}", $"s{i}") { ["Note"] = "Note" })));
        var ended = _sut.MergeAsync(Change("end"));
        var onTheirWay = new List<HeldTransaction>();
        while (await _table.NextAsync() is var next)
        {
            if (!next.Keys.Contains("end"))
            {
                onTheirWay.Add(next);
                continue;
            }

            next.Pass();
            break;
        }

        await ended;
        Assert.InRange(onTheirWay.Sum(t => t.Actions.Count), 0, 299);
        foreach (var transaction in onTheirWay) transaction.Pass();
        await PassAllAsync(sent);
    }

    [Fact]
    public async Task Merge_EndOfWhatASenderStillNotes_TakesTheNoteAlongAndIsWrittenOnce()
    {
        var others = Enumerable.Range(0, Many).Select(i => _sut.MergeSentAsync(Change($"s{i}"))).ToList();
        var onItsWay = await _table.NextAsync();
        var confirmed = _sut.MergeSentAsync(Change("a", "Confirmed"));
        var ended = _sut.MergeAsync(Change("a", "Ended"), new RowVersion(_time.GetUtcNow()));

        var next = await _table.NextAsync();
        var row = (TableEntity)Assert.Single(next.Actions).Entity;
        Assert.Equal(("Confirmed", "Ended"), (row.GetString("Confirmed"), row.GetString("Ended")));
        next.Pass();
        await Task.WhenAll(confirmed, ended);

        onItsWay.Pass();
        Assert.DoesNotContain("a", await PassAllAsync(Task.WhenAll(others)));
    }

    [Fact]
    public async Task Merge_SlowPartition_KeepsNoOtherWaiting()
    {
        var slow = _sut.MergeAsync(Change("a"));
        var held = await _table.NextAsync();

        var other = _sut.MergeAsync(new TableEntity("1", "b") { ["Note"] = "Note" });
        (await _table.NextAsync()).Pass();

        await other;
        Assert.False(slow.IsCompleted);
        held.Pass();
        await slow;
    }

    private static TableEntity Change(string row, string column = "Note") => new("0", row) { [column] = column };

    private async Task<List<string>> PassAllAsync(Task done)
    {
        var keys = new List<string>();
        while (!done.IsCompleted)
        {
            var next = _table.NextAsync().AsTask();
            if (await Task.WhenAny(next, done) == done) break;
            keys.AddRange((await next).Keys);
            (await next).Pass();
        }

        await done;
        return keys;
    }
}
