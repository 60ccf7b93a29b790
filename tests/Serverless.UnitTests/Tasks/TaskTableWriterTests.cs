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
    public async Task Merge_EndBehindThousandsOfSends_IsInTheNextTransaction()
    {
        var sent = Enumerable.Range(0, Many).Select(i => _sut.MergeSentAsync(Change($"s{i}"))).ToList();
        var onItsWay = await _table.NextAsync();
        var ended = _sut.MergeAsync(Change("end"), new RowVersion(_time.GetUtcNow()));

        onItsWay.Pass();
        var next = await _table.NextAsync();
        Assert.Contains("end", next.Keys);
        next.Pass();
        await ended;

        Assert.False(sent[^1].IsCompleted);
        await PassAllAsync(Task.WhenAll(sent));
    }

    [Fact]
    public async Task MergeSent_BehindThousandsOfEnds_HasAFifthOfEachTransaction()
    {
        var version = new RowVersion(_time.GetUtcNow());
        var ended = Enumerable.Range(0, Many).Select(i => _sut.MergeAsync(Change($"e{i}"), version)).ToList();
        var onItsWay = await _table.NextAsync();
        var sent = Task.WhenAll(Enumerable.Range(0, 40).Select(i => _sut.MergeSentAsync(Change($"s{i}"))));

        onItsWay.Pass();
        for (var i = 0; i < 2; i++)
        {
            var next = await _table.NextAsync();
            Assert.Equal(20, next.Keys.Count(key => key.StartsWith('s')));
            next.Pass();
        }

        await sent;
        await PassAllAsync(Task.WhenAll(ended));
    }

    [Fact]
    public async Task Merge_EndOfWhatASenderStillNotes_TakesTheNoteAlongAndIsWrittenOnce()
    {
        var others = Enumerable.Range(0, Many).Select(i => _sut.MergeSentAsync(Change($"s{i}"))).ToList();
        var onItsWay = await _table.NextAsync();
        var confirmed = _sut.MergeSentAsync(Change("a", "Confirmed"));
        var ended = _sut.MergeAsync(Change("a", "Ended"), new RowVersion(_time.GetUtcNow()));

        onItsWay.Pass();
        var next = await _table.NextAsync();
        var row = (TableEntity)Assert.Single(next.Actions, a => a.Entity.RowKey == "a").Entity;
        Assert.Equal(("Confirmed", "Ended"), (row.GetString("Confirmed"), row.GetString("Ended")));
        next.Pass();
        await Task.WhenAll(confirmed, ended);

        var later = await PassAllAsync(Task.WhenAll(others));
        Assert.DoesNotContain("a", later);
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
