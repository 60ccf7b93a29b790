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
    public async Task Merge_EndBehindThousandsOfSends_IsInTheNextRoundBesideFewOfThem()
    {
        var first = await BeginAsync(_sut.MergeSentAsync(Change("first")));
        var sent = Enumerable.Range(0, Many).Select(i => _sut.MergeSentAsync(Change($"s{i}"))).ToList();
        var ended = _sut.MergeAsync(Change("end"), new RowVersion(_time.GetUtcNow()));
        first.Pass();

        var round = await TakeRoundAsync(rows: 201);
        Assert.Contains("end", round[0].Keys);
        Assert.Equal(201, round.Sum(t => t.Actions.Count));
        round[0].Pass();
        await ended;

        foreach (var transaction in round.Skip(1)) transaction.Pass();
        await PassAllAsync(Task.WhenAll(sent));
    }

    [Fact]
    public async Task MergeSent_BehindThousandsOfEnds_IsInTheNextRound()
    {
        var version = new RowVersion(_time.GetUtcNow());
        var first = await BeginAsync(_sut.MergeAsync(Change("first")));
        var ended = Enumerable.Range(0, Many).Select(i => _sut.MergeAsync(Change($"e{i}"), version)).ToList();
        var sent = _sut.MergeSentAsync(Change("s"));
        first.Pass();

        var round = await TakeRoundAsync(rows: 801);
        Assert.Contains("s", round.SelectMany(t => t.Keys));
        foreach (var transaction in round) transaction.Pass();
        await sent;

        await PassAllAsync(Task.WhenAll(ended));
    }

    [Fact]
    public async Task Merge_EndOfWhatASenderStillNotes_TakesTheNoteAlongAndIsWrittenOnce()
    {
        var first = await BeginAsync(_sut.MergeSentAsync(Change("first")));
        var others = Enumerable.Range(0, Many).Select(i => _sut.MergeSentAsync(Change($"s{i}"))).ToList();
        var confirmed = _sut.MergeSentAsync(Change("a", "Confirmed"));
        var ended = _sut.MergeAsync(Change("a", "Ended"), new RowVersion(_time.GetUtcNow()));
        first.Pass();

        var round = await TakeRoundAsync(rows: 201);
        var row = (TableEntity)Assert.Single(round.SelectMany(t => t.Actions), a => a.Entity.RowKey == "a").Entity;
        Assert.Equal(("Confirmed", "Ended"), (row.GetString("Confirmed"), row.GetString("Ended")));
        foreach (var transaction in round) transaction.Pass();
        await Task.WhenAll(confirmed, ended);

        Assert.DoesNotContain("a", await PassAllAsync(Task.WhenAll(others)));
    }

    // The round that a change begins: what comes later waits for it.
    private async Task<HeldTransaction> BeginAsync(Task change)
    {
        var transaction = await _table.NextAsync();
        Assert.False(change.IsCompleted);
        return transaction;
    }

    // The transactions of a round that has so many rows.
    private async Task<List<HeldTransaction>> TakeRoundAsync(int rows)
    {
        var round = new List<HeldTransaction>();
        for (var taken = 0; taken < rows; taken += round[^1].Actions.Count) round.Add(await _table.NextAsync());
        return round;
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
