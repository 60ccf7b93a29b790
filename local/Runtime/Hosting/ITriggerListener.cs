namespace Serverless.Local.Runtime.Hosting;

/// <summary>Waits for a function's events and invokes it through <see cref="FunctionInvoker"/>.</summary>
internal interface ITriggerListener
{
    /// <summary>Finds out whether it can listen. All listeners are asked before the first one starts.</summary>
    /// <exception cref="BindingFaultException">What the function names is not there.</exception>
    Task CheckAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Begins to listen. Returns when that is done, not when it ends.</summary>
    Task StartAsync(CancellationToken cancellation);

    /// <summary>
    /// Takes no more events, and returns when the invocations it started have ended. They are cancelled through their own tokens
    /// if they take too long; <paramref name="deadline"/> says when to wait no more.
    /// </summary>
    Task StopAsync(CancellationToken deadline);
}
