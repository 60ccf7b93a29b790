using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Running;

/// <summary>
/// The last lines that a handler logs while it runs. They travel with the change of the task's row that comes anyway; a run that goes
/// on for longer has it stored between, at most every five seconds. A handler that logs nothing costs nothing.
/// </summary>
/// <param name="attempt">The attempt, from 0.</param>
/// <param name="earlier">The log of the attempts before, as it is stored.</param>
/// <param name="time">The clock.</param>
/// <param name="saveAsync">Stores the log while the handler runs.</param>
internal sealed class TaskLog(int attempt, byte[]? earlier, TimeProvider time, Func<byte[], Task> saveAsync)
{
    public const int MaxLines = 200;
    public const int MaxLineLength = 2_000;
    public const int MaxBytes = 64 * 1024;

    /// <summary>As it is stored: a hundred rows with a log and a result each still fit a transaction.</summary>
    public const int MaxStoredBytes = 12 * 1024;

    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(5);
    private static readonly AsyncLocal<TaskLog?> Running = new();

    private readonly Lock _lock = new();
    private readonly Queue<TaskLogLine> _lines = new();
    private DateTimeOffset _saved = time.GetUtcNow();
    private long _dropped;
    private string? _traceId;
    private int _bytes;
    private bool _isStarted;
    private bool _isChanged;
    private bool _isOver;

    /// <summary>The log of the handler that calls; null outside of handlers.</summary>
    public static TaskLog? Current => Running.Value;

    /// <summary>From here on the lines that the calling code logs are its handler's.</summary>
    public void Enter() => Running.Value = this;

    /// <summary>Takes a line.</summary>
    public void Add(LogLevel level, string message)
    {
        byte[]? stored = null;
        lock (_lock)
        {
            if (_isOver) return;
            Start();
            var now = time.GetUtcNow();
            var text = message.Length > MaxLineLength ? message[..MaxLineLength] + "…" : message;
            Append(new TaskLogLine(now, level.ToString().ToLowerInvariant(), attempt, text));
            _isChanged = true;
            if (now - _saved >= SaveEvery)
            {
                (_saved, _isChanged) = (now, false);
                stored = Write();
            }
        }

        // Need not be awaited: the end of the run stores all of it.
        if (stored is not null) _ = saveAsync(stored);
    }

    /// <summary>The run is over: a handler that was left behind logs no more.</summary>
    public void End()
    {
        lock (_lock) _isOver = true;
    }

    /// <summary>The log to be stored; null when nothing was logged that is not stored.</summary>
    public byte[]? Take()
    {
        lock (_lock)
        {
            if (!_isChanged) return null;
            _isChanged = false;
            return Write();
        }
    }

    private void Start()
    {
        if (_isStarted) return;
        _isStarted = true;
        _traceId = Activity.Current?.TraceId.ToHexString();
        if (earlier is null) return;
        var before = TaskLogContent.Read(earlier);
        _dropped = before.Dropped;
        foreach (var line in before.Lines) Append(line);
    }

    private void Append(TaskLogLine line)
    {
        _lines.Enqueue(line);
        _bytes += Encoding.UTF8.GetByteCount(line.Message);
        while (_lines.Count > MaxLines || _bytes > MaxBytes) Drop();
    }

    private void Drop()
    {
        _bytes -= Encoding.UTF8.GetByteCount(_lines.Dequeue().Message);
        _dropped++;
    }

    // Lines that hardly compress leave room for fewer.
    private byte[] Write()
    {
        while (true)
        {
            var stored = new TaskLogContent(_dropped, [.. _lines], _traceId).Write();
            if (stored.Length <= MaxStoredBytes) return stored;
            for (var left = Math.Max(1, _lines.Count / 4); left > 0; left--) Drop();
        }
    }
}
