using Azure;
using Azure.Data.Tables;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Storage;

/// <summary>Lists by time in a real table, against the same list sorted the obvious way.</summary>
public sealed class TimeIndexTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 10, 0, 0, TimeSpan.Zero);

    private readonly TimeIndex _index = new("list");
    private readonly List<TableEntity> _rows = [];
    private TableClient _table = null!;

    // An hour with many, hours with one, hours with none.
    public async Task InitializeAsync()
    {
        _table = azurite.Tables.GetTableClient("Index" + Guid.NewGuid().ToString("N"));
        await _table.CreateAsync();
        var times = Enumerable.Range(0, 1_300).Select(i => Start.AddSeconds(i * 2.5))
            .Concat(Enumerable.Range(1, 40).Select(i => Start.AddHours(-3 * i)));
        _rows.AddRange(times.Select((time, i) =>
        {
            var row = _index.CreateRow(time, $"id-{i}");
            row["IsOdd"] = i % 2 == 1;
            return row;
        }).OrderBy(row => row.RowKey, StringComparer.Ordinal));
        foreach (var batch in _rows.GroupBy(row => row.PartitionKey).SelectMany(partition => partition.Chunk(100)))
            await _table.SubmitTransactionAsync(batch.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)));

        // Neighbours in the table are none in the list.
        foreach (var name in new[] { "list", "list.0", "lisu", "another" })
            await _table.AddEntityAsync(new TableEntity(name, TimeIndex.BuildRowKey(Start, "stranger")));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(1_000)]
    public async Task Read_AnySize_IsAllNewestFirst(int size) => Assert.Equal(Keys(_rows), Keys(await ReadAsync(new TimeSlice(), size)));

    [Fact]
    public async Task Read_PageByPage_MissesAndRepeatsNothing()
    {
        var (found, place) = (new List<TableEntity>(), (string?)null);
        do
        {
            var page = await _index.ReadAsync(_table, new TimeSlice { From = place }, 70).Take(70).ToListAsync();
            found.AddRange(page);
            place = page.Count == 70 ? page[^1].RowKey : null;
        }
        while (place is not null);

        Assert.Equal(Keys(_rows), Keys(found));
    }

    [Fact]
    public async Task Read_Slice_HasWhatLiesInIt()
    {
        var (since, before) = (Start.AddHours(-30), Start.AddMinutes(20));
        var slice = new TimeSlice { Filter = TableClient.CreateQueryFilter($"IsOdd eq {true}") }.Since(since).Before(before);

        var expected = _rows.Where(row => row.GetBoolean("IsOdd") == true
            && string.CompareOrdinal(row.RowKey, NewestFirst.BuildKey(before)) > 0
            && string.CompareOrdinal(row.RowKey, TimeIndex.BuildKeySince(since)) < 0);
        Assert.Equal(Keys(expected), Keys(await ReadAsync(slice, 20)));
    }

    [Fact]
    public async Task ReadOlder_AndDelete_LeavesTheOthers()
    {
        var before = Start.AddHours(-9);
        await foreach (var page in _index.ReadOlderAsync(_table, before, null, null, 10, default))
        {
            foreach (var row in page.Values) await _table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All);
        }

        // What is of the moment itself stays.
        var expected = _rows.Where(row => string.CompareOrdinal(row.RowKey, TimeIndex.BuildKeySince(before)) < 0).ToList();
        Assert.Equal(1_303, expected.Count);
        Assert.Equal(Keys(expected), Keys(await ReadAsync(new TimeSlice(), 100)));
    }

    [Fact]
    public async Task OpenHours_OfWhatHasEnded_AreLookedAtOnce()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Start.AddHours(1));
        var hours = new OpenHours("open", time);
        foreach (var began in new[] { Start.AddHours(-5), Start.AddHours(-4), Start.AddHours(1) })
            await hours.NoteAsync(_table, began, default);
        var slices = new List<TimeSlice>();

        Assert.Equal([1], await FindAsync());
        await hours.NoteAsync(_table, Start.AddHours(-5), default);
        Assert.Equal([1], await FindAsync());
        Assert.Equal([1], await FindAsync());

        // The hour in which nothing is open once, and once more since something began again there; the present one may get more.
        Assert.Equal(2, slices.Count(s => s.To == TimeIndex.BuildKeySince(Start.AddHours(-5))));
        Assert.Equal(3, slices.Count(s => s.To == TimeIndex.BuildKeySince(Start.AddHours(-4))));
        Assert.Equal(3, slices.Count(s => s.To == TimeIndex.BuildKeySince(Start.AddHours(1))));

        async Task<List<int>> FindAsync() => await hours.ListAsync(_table, time.GetUtcNow(), Find, default).ToListAsync();

        async IAsyncEnumerable<int> Find(TimeSlice slice)
        {
            slices.Add(slice);
            await Task.CompletedTask;
            if (slice.To == TimeIndex.BuildKeySince(Start.AddHours(-4))) yield return 1;
        }
    }

    private async Task<List<TableEntity>> ReadAsync(TimeSlice slice, int size) => await _index.ReadAsync(_table, slice, size).ToListAsync();

    private static IEnumerable<string> Keys(IEnumerable<TableEntity> rows) => rows.Select(row => row.RowKey);
}
