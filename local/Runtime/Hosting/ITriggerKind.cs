using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>
/// A kind of trigger: which attribute it has, how it fills parameters, how it listens. A new kind is one class of this interface,
/// registered as a service of this type; nothing else in the host knows it.
/// </summary>
internal interface ITriggerKind
{
    /// <summary>The Functions host's name of it, such as <c>timerTrigger</c>.</summary>
    string Name { get; }

    /// <summary>The attribute of the parameter that makes a function one of this kind.</summary>
    Type Attribute { get; }

    /// <summary>At which level an invocation that went well is logged.</summary>
    LogLevel SuccessLevel => LogLevel.Information;

    /// <summary>False where whoever invokes logs failures, because it knows more of them.</summary>
    bool LogsFailures => true;

    /// <summary>
    /// Chooses what fills a parameter of one of its functions: the trigger's own, or one beside it that has no attribute and that no
    /// kind shares (the function's context, a cancellation token and the durable client are done for all kinds). Null if it
    /// cannot say; the host then reports the parameter.
    /// </summary>
    /// <exception cref="BindingFaultException">The parameter is this kind's, but not right; the message says what is.</exception>
    ParameterBinder? Bind(ParameterInfo parameter, FunctionMethod function);

    /// <summary>
    /// A listener that waits for the function's events; null where something else does. Called once all functions are bound.
    /// </summary>
    /// <exception cref="BindingFaultException">The trigger's attribute is not right.</exception>
    ITriggerListener? CreateListener(BoundFunction function) => null;

    /// <summary>The function's start, for people: a URL with its methods, a schedule, a queue.</summary>
    string Describe(BoundFunction function, Uri address);
}

/// <summary>Fills one parameter for one invocation.</summary>
internal delegate ValueTask<object?> ParameterBinder(Invocation invocation);
