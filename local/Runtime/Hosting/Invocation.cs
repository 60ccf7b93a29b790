using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>One call of a function: its official context, with what the trigger gave.</summary>
internal sealed class Invocation(
    BoundFunction function, object trigger, IReadOnlyDictionary<string, object?>? data, IServiceProvider services,
    CancellationToken cancellation)
    : FunctionContext
{
    private static readonly NoRetry Never = new();
    private IDictionary<object, object>? _items;
    private IInvocationFeatures? _features;
    private BindingContext? _binding;
    private TraceContext? _trace;

    public BoundFunction Function => function;

    /// <summary>The trigger's event, as its kind knows it.</summary>
    public object Trigger => trigger;

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => function.Definition.Id;

    public override FunctionDefinition FunctionDefinition => function.Definition;

    public override CancellationToken CancellationToken => cancellation;

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override TraceContext TraceContext => _trace ??= new Trace(Activity.Current);

    public override BindingContext BindingContext => _binding ??= new Binding(data ?? ImmutableDictionary<string, object?>.Empty);

    public override RetryContext RetryContext => Never;

    public override IDictionary<object, object> Items
    {
        get => _items ??= new Dictionary<object, object>();
        set => _items = value;
    }

    public override IInvocationFeatures Features => _features ??= new InvocationFeatures();

    private sealed class Binding(IReadOnlyDictionary<string, object?> data) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData => data;
    }

    private sealed class Trace(Activity? activity) : TraceContext
    {
        public override string TraceParent => activity?.Id ?? "";

        public override string TraceState => activity?.TraceStateString ?? "";
    }

    private sealed class NoRetry : RetryContext
    {
        public override int RetryCount => 0;

        public override int MaxRetryCount => 0;
    }
}
