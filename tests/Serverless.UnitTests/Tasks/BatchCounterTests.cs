using Serverless.Storage;
using Serverless.Tasks.Batches;
using Serverless.TestSupport.Tables;

namespace Serverless.UnitTests.Tasks;

public sealed class BatchCounterTests
{
    private const string Batch = "b";
    private readonly HeldTable _table = new();

    [Fact]
    public async Task Count_EndBehindHundredsThatAreAdded_IsInTheNextRound()
    {
        using var sut = new BatchCounter(new LazyTable(_table.Account, "held"));
        var shard = BatchKeys.PartitionOf(Batch, "end");
        var members = Enumerable.Range(0, 20_000).Select(i => $"m{i}").Where(m => BatchKeys.PartitionOf(Batch, m) == shard).Take(500);
        var added = Task.WhenAll(members.Select(member => sut.CountAsync(Batch, member, MemberChange.Added)));
        var onItsWay = await _table.NextAsync();
        var ended = sut.CountAsync(Batch, "end", MemberChange.Succeeded);

        onItsWay.Pass();
        var next = await _table.NextAsync();
        Assert.Equal([BatchKeys.CountsRow, BatchKeys.BuildEndedRow("end")], next.Keys);
        next.Pass();

        Assert.Equal(1, (await ended).After.Succeeded);
        Assert.False(added.IsCompleted);
        while (!added.IsCompleted)
        {
            var later = _table.NextAsync().AsTask();
            if (await Task.WhenAny(later, added) == later) (await later).Pass();
        }

        Assert.Equal(500, (await added).Max(round => round.After.Added));
    }

    [Fact]
    public async Task Count_ManyShardsAreAddedTo_AnEndOfAnotherIsCountedAtOnce()
    {
        using var sut = new BatchCounter(new LazyTable(_table.Account, "held"));
        var added = Task.WhenAll(Enumerable.Range(0, 3_000).Select(i => sut.CountAsync(Batch, $"m{i}", MemberChange.Added)));
        var onTheirWay = new List<HeldTransaction>();
        for (var i = 0; i < 2; i++) onTheirWay.Add(await _table.NextAsync());

        // Of a shard that waits to be let in, and is not on its way.
        var busy = onTheirWay.Select(t => t.Actions[0].Entity.PartitionKey).ToHashSet(StringComparer.Ordinal);
        var member = Enumerable.Range(0, 1_000).Select(i => $"e{i}").First(m => !busy.Contains(BatchKeys.PartitionOf(Batch, m)));
        var ended = sut.CountAsync(Batch, member, MemberChange.Succeeded);
        var next = await _table.NextAsync();

        Assert.Equal([BatchKeys.CountsRow, BatchKeys.BuildEndedRow(member)], next.Keys);
        next.Pass();
        await ended;
        foreach (var transaction in onTheirWay) transaction.Pass();
        while (!added.IsCompleted)
        {
            var later = _table.NextAsync().AsTask();
            if (await Task.WhenAny(later, added) == later) (await later).Pass();
        }

        await added;
    }
}
