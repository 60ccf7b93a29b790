namespace Microsoft.Azure.Functions.Worker;

/// <summary>One invocation of a function.</summary>
public abstract class FunctionContext
{
    /// <summary>Unique for the invocation.</summary>
    public abstract string InvocationId { get; }

    /// <summary>Identifies the function in the app; stable.</summary>
    public abstract string FunctionId { get; }

    /// <summary>The invocation's place in a distributed trace.</summary>
    public abstract TraceContext TraceContext { get; }

    /// <summary>What the trigger knew beside its payload.</summary>
    public abstract BindingContext BindingContext { get; }

    /// <summary>How often the host retries the function, and how often it has.</summary>
    public abstract RetryContext RetryContext { get; }

    /// <summary>The services of the invocation's scope.</summary>
    public abstract IServiceProvider InstanceServices { get; set; }

    /// <summary>The function.</summary>
    public abstract FunctionDefinition FunctionDefinition { get; }

    /// <summary>State that the parts of one invocation share.</summary>
    public abstract IDictionary<object, object> Items { get; set; }

    /// <summary>Extensions of the invocation, by type.</summary>
    public abstract IInvocationFeatures Features { get; }

    /// <summary>Cancelled when the host stops, the function runs out of time, or the caller of an HTTP function has gone.</summary>
    public virtual CancellationToken CancellationToken { get; }
}
