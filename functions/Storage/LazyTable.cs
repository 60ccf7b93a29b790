using System.Net;
using Azure;
using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>
/// A table that is created when it is first used, and of an older form then brought to the present one. What instances of the older form
/// write while the app is updated is taken over beside its use.
/// </summary>
internal sealed class LazyTable(TableServiceClient tables, string name, TableForm? form = null, TimeProvider? time = null)
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private Task<TableClient>? _creation;
    private DateTimeOffset? _nextLook;

    /// <summary>The table, which exists once this returns.</summary>
    public Task<TableClient> GetAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            // A failure is not remembered: the next caller tries again.
            if (_creation is null || _creation.IsFaulted) _creation = CreateAsync();
            if (_nextLook is { } next && _creation.IsCompletedSuccessfully && next <= _time.GetUtcNow())
            {
                _nextLook = null;
                _ = LookAgainAsync(_creation.Result);
            }

            return _creation.WaitAsync(cancellationToken);
        }
    }

    private async Task<TableClient> CreateAsync()
    {
        var table = tables.GetTableClient(name);
        var isNew = (await table.CreateIfNotExistsAsync()).GetRawResponse().Status != (int)HttpStatusCode.Conflict;

        // Whoever waits for it may give up; the next goes on waiting.
        if (form is not null) LookAt(await form.MigrateAsync(table, isNew, _time.GetUtcNow(), CancellationToken.None));
        return table;
    }

    private async Task LookAgainAsync(TableClient table)
    {
        try
        {
            LookAt(await form!.LookAgainAsync(table, _time.GetUtcNow(), CancellationToken.None));
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            // Nobody waits for it, and what it would have taken over is found by the next.
            LookAt(_time.GetUtcNow() + AfterFault);
        }
    }

    private void LookAt(DateTimeOffset? next)
    {
        lock (_lock) _nextLook = next;
    }
}
