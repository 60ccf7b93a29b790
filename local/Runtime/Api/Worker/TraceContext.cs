namespace Microsoft.Azure.Functions.Worker;

/// <summary>The invocation's place in a distributed trace (W3C).</summary>
public abstract class TraceContext
{
    /// <summary>The <c>traceparent</c> header's value.</summary>
    public abstract string TraceParent { get; }

    /// <summary>The <c>tracestate</c> header's value.</summary>
    public abstract string TraceState { get; }
}
