using Azure.Data.Tables;
using Microsoft.Extensions.Time.Testing;
using Serverless.Storage;
using Serverless.Tasks.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>Merges that may wait: for the run's next change, for a second, or for ever.</summary>
[Collection(TaskTests.Name)]
public sealed class TaskTableWriterTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly LazyTable _table;
    private readonly TaskTableWriter _sut;

    public TaskTableWriterTests(AzuriteFixture azurite)
    {
        _table = new LazyTable(azurite.Tables, $"Writer{Guid.NewGuid():N}");
        _sut = new TaskTableWriter(_table, _time);
    }

    public void Dispose() => _sut.Dispose();

    [Fact]
    public async Task MergeSoon_NothingFollows_IsStoredAfterASecond()
    {
        var run = new RowVersion(_time.GetUtcNow());
        var started = _sut.MergeSoonAsync(Change("a", "Started"), run);
        Assert.False(started.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await started);
        Assert.Equal("Started", (await ReadAsync("a"))!.GetString("Started"));
        Assert.NotNull(run.Tag);
    }

    [Fact]
    public async Task MergeSoon_TheRunEnds_BecomesOneWriteWithItsEnd()
    {
        var run = new RowVersion(_time.GetUtcNow());
        var started = _sut.MergeSoonAsync(Change("a", "Started"), run);

        await _sut.MergeAsync(Change("a", "Ended"), run);

        Assert.False(await started);
        var row = await ReadAsync("a");
        Assert.Equal(("Started", "Ended"), (row!.GetString("Started"), row.GetString("Ended")));
        Assert.Equal(row.ETag, run.Tag);
    }

    [Fact]
    public async Task MergeSoon_TheRunLeavesWithoutAnEnd_IsNeverStored()
    {
        var run = new RowVersion(_time.GetUtcNow());
        var started = _sut.MergeSoonAsync(Change("a", "Started"), run);

        _sut.Drop("a", run);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.False(await started);
        await _sut.MergeAsync(Change("b", "Ended"));
        Assert.Null(await ReadAsync("a"));
    }

    [Fact]
    public async Task MergeSoon_AnotherRunHasTheTaskNow_IsNeverStored()
    {
        var started = _sut.MergeSoonAsync(Change("a", "Started"), new RowVersion(_time.GetUtcNow()));

        await _sut.MergeAsync(Change("a", "Ended"), new RowVersion(_time.GetUtcNow()));
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.False(await started);
        await _sut.MergeAsync(Change("b", "Ended"));
        Assert.Equal(["Ended"], (await ReadAsync("a"))!.Keys.Where(k => k is "Started" or "Ended"));
    }

    [Fact]
    public async Task MergeSoon_ManyOfDifferentTimes_AreEachStoredInTime()
    {
        var first = _sut.MergeSoonAsync(Change("a", "Started"), new RowVersion(_time.GetUtcNow()));
        _time.Advance(TimeSpan.FromSeconds(0.6));
        var second = _sut.MergeSoonAsync(Change("b", "Started"), new RowVersion(_time.GetUtcNow()));

        _time.Advance(TimeSpan.FromSeconds(0.6));
        Assert.True(await first);
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.6));

        Assert.True(await second);
    }

    private static TableEntity Change(string row, string column) => new("0", row) { [column] = column };

    private async Task<TableEntity?> ReadAsync(string row)
    {
        var found = await (await _table.GetAsync()).GetEntityIfExistsAsync<TableEntity>("0", row);
        return found.HasValue ? found.Value : null;
    }
}
