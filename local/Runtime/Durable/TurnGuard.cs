using Microsoft.DurableTask;
using Serverless.Local.Sqlite;

namespace Serverless.Local.Runtime.Durable;

/// <summary>
/// Keeps an orchestration whose code ends the process from ending every next one: deaths are counted beyond them, and what died too often
/// is not run again.
/// </summary>
internal sealed class TurnGuard(SqliteStore store, int maxTurns) : IDisposable
{
    // So often may a process die in the turns of one instance.
    private const int MaxDeaths = 3;

    // Instances in whose turn a process died run one at a time: the next death is then surely its own.
    private readonly SemaphoreSlim _suspects = new(1);
    private TurnJournal? _journal;

    /// <summary>Counts the deaths of the last process. To be awaited before the first turn.</summary>
    public async Task StartAsync()
    {
        var file = store.Read(s => s.QueryFirst("SELECT file FROM pragma_database_list WHERE name = 'main'", r => r.GetString(0)));
        _journal = TurnJournal.Open(file + ".turns", maxTurns);
        if (_journal.Dead.Count > 0) await store.WriteAsync(session => DurableRows.CountDeaths(session, _journal.Dead));
        _journal.Clear();
    }

    /// <summary>Runs a turn; or fails the instance, when too many processes died in its turns.</summary>
    public async Task<TurnResult> RunAsync(Instance instance, List<Message> messages, DateTime now, Func<TurnResult> turn)
    {
        if (instance.Deaths == 0) return _journal!.Run(instance.Key, turn);
        if (instance.Deaths >= MaxDeaths) return Turn.Fail(messages, DiedTooOften(), now);
        await _suspects.WaitAsync();
        try
        {
            return _journal!.Run(instance.Key, turn);
        }
        finally
        {
            _suspects.Release();
        }
    }

    public void Dispose()
    {
        _journal?.Dispose();
        _suspects.Dispose();
    }

    private static TaskFailureDetails DiedTooOften() => new(
        typeof(InvalidOperationException).FullName!,
        $"The host died {MaxDeaths} times while it ran this orchestration's code, so that is not run again.", null, null, null);
}
