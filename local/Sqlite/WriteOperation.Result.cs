namespace Serverless.Local.Sqlite;

internal sealed class WriteOperation<T>(Func<SqliteSession, T> operation) : WriteOperation
{
    // Whoever writes must not run what the other callers do next.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _failure;

    public Task<T> Task => _completion.Task;

    public override bool TryRun(SqliteSession session)
    {
        try
        {
            _result = operation(session);
            return true;
        }
#pragma warning disable CA1031 // Whatever an operation throws is its caller's, never its neighbours'.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = e;
            return false;
        }
    }

    public override void Complete()
    {
        if (_failure is null) _completion.TrySetResult(_result!);
        else _completion.TrySetException(_failure);
    }

    public override void Fail(Exception exception) => _completion.TrySetException(_failure ?? exception);
}
