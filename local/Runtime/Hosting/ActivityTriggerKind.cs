using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Logging;
using Serverless.Local.Runtime.Durable;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>Activities: the engine calls them.</summary>
internal sealed class ActivityTriggerKind(DurableFunctions functions) : ITriggerKind
{
    public string Name => "activityTrigger";

    public Type Attribute => typeof(ActivityTriggerAttribute);

    public LogLevel SuccessLevel => LogLevel.Debug;

    // The engine does, with the instance and the step.
    public bool LogsFailures => false;

    public ParameterBinder? Bind(ParameterInfo parameter, FunctionMethod function)
    {
        if (parameter.IsDefined(typeof(TriggerBindingAttribute))) return Input(parameter);
        return parameter.ParameterType == typeof(string)
            && string.Equals(parameter.Name, DurableFunctions.InstanceId, StringComparison.OrdinalIgnoreCase)
            ? i => ValueTask.FromResult<object?>(((ActivityCall)i.Trigger).InstanceId)
            : null;
    }

    public ITriggerListener? CreateListener(BoundFunction function)
    {
        functions.AddActivity(((ActivityTriggerAttribute)function.Trigger).Activity ?? function.Name, function);
        return null;
    }

    public string Describe(BoundFunction function, Uri address) => "";

    private static ParameterBinder Input(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var nullable = !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
        return invocation =>
        {
            var input = ((ActivityCall)invocation.Trigger).Input;
            if (input is null && nullable) return ValueTask.FromResult(parameter.HasDefaultValue ? parameter.DefaultValue : null);
            try
            {
                return ValueTask.FromResult<object?>(DurableEngineOptions.DefaultConverter.Deserialize(input ?? "null", type));
            }
            catch (JsonException e)
            {
                throw new FunctionInputConverterException(
                    $"{invocation.Function.Name}: the input of '{parameter.Name}' is not a {type.Name}: {e.Message}", e);
            }
        };
    }
}
