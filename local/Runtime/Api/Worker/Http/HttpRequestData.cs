namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>
/// A request in the worker's own model. Functions of this app take ASP.NET Core's request instead; this type stands in
/// signatures only.
/// </summary>
public abstract class HttpRequestData
{
    /// <summary>For derived types.</summary>
    /// <exception cref="ArgumentNullException">No context.</exception>
    public HttpRequestData(FunctionContext functionContext)
    {
        ArgumentNullException.ThrowIfNull(functionContext);
        FunctionContext = functionContext;
    }

    /// <summary>The address that was called.</summary>
    public abstract Uri Url { get; }

    /// <summary>The invocation that the request started.</summary>
    public FunctionContext FunctionContext { get; }
}
