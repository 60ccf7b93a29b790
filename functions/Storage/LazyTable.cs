using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>A table that is created when it is first used, and of an older form then brought to the present one.</summary>
internal sealed class LazyTable(TableServiceClient tables, string name, TableForm? form = null)
{
    private readonly Lock _lock = new();
    private Task<TableClient>? _creation;

    /// <summary>The table, which exists once this returns.</summary>
    public Task<TableClient> GetAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            // A failure is not remembered: the next caller tries again.
            if (_creation is null || _creation.IsFaulted) _creation = CreateAsync();
            return _creation.WaitAsync(cancellationToken);
        }
    }

    private async Task<TableClient> CreateAsync()
    {
        var table = tables.GetTableClient(name);
        await table.CreateIfNotExistsAsync();

        // Whoever waits for it may give up; the next goes on waiting.
        if (form is not null) await form.MigrateAsync(table, CancellationToken.None);
        return table;
    }
}
